/**
 * The main job backwards: a real oslo.messaging notifier, a real RabbitMQ, the broker, and a
 * subscriber of the kind that OpenNebula documents (Ruby, ffi-rzmq).
 */
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../tools/peers/free-port.ts';
import { notify, OSLO_PRIORITIES, startNotifier } from '../../../../tools/peers/oslo.ts';
import { startSubscriber } from '../../../../tools/peers/ruby.ts';
import { freshVhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker } from './live-broker.ts';

requirePeer('oslo');
requirePeer('ruby');
requirePeer('rabbitmq');

const INSTANCE = '8415760e-1ce1-405f-96e8-4180c08112d0';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.each(['messaging', 'messagingv2'] as const)(
  'a real oslo.messaging notifier (%s) to a Ruby ffi-rzmq subscriber',
  (driver) => {
    it('turns notifications of all seven priorities into OpenNebula messages', async () => {
      const vhost = await freshVhost();
      cleanups.push(() => vhost.drop());
      // Creates the exchange, as a service does that has run before.
      await notify({ url: vhost.url, driver, exchange: 'nova' }, [
        { event_type: 'just.testing', payload: {}, priority: 'info' },
      ]);
      const port = await freePort();
      const endpoint = `tcp://127.0.0.1:${String(port)}`;
      const broker = await startBroker(
        `
sources: { nova: { adapter: oslo, url: "${vhost.url}", exchanges: [nova] } }
sinks: { cloud: { adapter: opennebula, bind: "${endpoint}", requireSubscriber: true } }
routes: [{ from: nova, to: cloud }]
`,
        ['nova', 'cloud'],
      );
      cleanups.push(() => broker.remove());
      const subscriber = await startSubscriber(endpoint);
      cleanups.push(() => subscriber.stop());
      const notifier = await startNotifier({ url: vhost.url, driver, exchange: 'nova' });
      cleanups.push(() => notifier.stop());
      OSLO_PRIORITIES.forEach((priority, index) => {
        notifier.send({
          event_type: 'compute.instance.create.end',
          priority,
          publisher_id: 'compute.herschel',
          payload: instance(`${INSTANCE.slice(0, -1)}${String(index)}`),
        });
      });
      await notifier.waitForSent(OSLO_PRIORITIES.length);

      // Every state change comes under two keys: by id and by state, as from the real driver.
      const messages = await subscriber.waitForCount(2 * OSLO_PRIORITIES.length);
      for (const { key, text } of messages) {
        expect(key).toMatch(/^EVENT (VM \d+\/ACTIVE\/RUNNING|STATE VM\/ACTIVE\/RUNNING\/\d+) $/);
        expect(text).toMatch(/^<HOOK_MESSAGE><HOOK_TYPE>STATE<\/HOOK_TYPE><HOOK_OBJECT>VM</);
        expect(text).toContain('test3');
      }
      const instances = messages.map(
        ({ text }) => new RegExp(`${INSTANCE.slice(0, -1)}\\d`).exec(text)?.[0],
      );
      expect(new Set(instances).size).toBe(OSLO_PRIORITIES.length);
      expect(messages.filter(({ key }) => key.startsWith('EVENT STATE '))).toHaveLength(
        OSLO_PRIORITIES.length,
      );
    });
  },
);

function instance(id: string): Readonly<Record<string, unknown>> {
  return {
    instance_id: id,
    display_name: 'test3',
    hostname: 'test3',
    state: 'active',
    state_description: '',
    host: 'herschel',
    node: 'herschel',
    tenant_id: '140d9f9ff9674c7fa93bd02ac9e9fda8',
    user_id: 'd93941d832cd40aca0ed01795d9418cb',
    memory_mb: 64,
    vcpus: 1,
    disk_gb: 0,
    instance_type: 'm1.nano',
    created_at: '2015-05-11 12:51:03+00:00',
    launched_at: '2015-05-11T12:51:06.311068',
    fixed_ips: [{ version: 4, vif_mac: 'fa:16:3e:34:a8:42', address: '10.0.0.4', type: 'fixed' }],
  };
}
