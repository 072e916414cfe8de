/**
 * The main job on real peers: a ZeroMQ publisher of the kind OpenNebula runs (Ruby, ffi-rzmq), the
 * broker as an operator starts it, a real RabbitMQ, and a real oslo.messaging listener.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { startListener, type OsloListener } from '../../../../tools/peers/oslo.ts';
import { startPublisher, type RubyPublisher } from '../../../../tools/peers/ruby.ts';
import { freshVhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker, type LiveBroker } from './live-broker.ts';
import { frames, withBody, withId, type Frames } from './opennebula-messages.ts';

requirePeer('oslo');
requirePeer('ruby');
requirePeer('rabbitmq');

const CANARY = 900;

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.each(['v1', 'v2'] as const)(
  'OpenNebula to a real oslo.messaging listener, %s',
  (format) => {
    it('carries state changes and API calls of several priorities, each once and in order', async () => {
      const { publisher, listener } = await startChain(format);
      const before = listener.notifications().length;
      const story: readonly Frames[] = [
        withId(frames('vm-pending.by-state'), 7),
        withId(frames('vm-prolog.by-state'), 7),
        withId(frames('vm-boot-failure.by-state'), 8),
        frames('image-ready.by-state'),
        frames('api-vm-allocate-fail'),
      ];
      for (const message of story) publisher.publish(...message);
      const all = await listener.waitForCount(before + story.length);
      // A listener has a queue for each priority and order is promised for each resource: what
      // happened to one instance is in order, and the rest is there.
      const told = (wanted: string): readonly (readonly [string, unknown])[] =>
        all
          .slice(before)
          .filter(({ priority }) => priority === wanted)
          .map(({ event_type, payload }) => [event_type, idOf(payload)]);
      expect(told('info').filter(([type]) => type.startsWith('compute.'))).toEqual([
        ['compute.instance.create.start', '7'],
        ['compute.instance.update', '7'],
      ]);
      expect(told('info')).toContainEqual(['image.create', '7']);
      expect(told('error')).toHaveLength(2);
      expect(told('error')).toContainEqual(['compute.instance.create.error', '8']);
      expect(told('error')).toContainEqual(['viaduct.request.create.error', 'one.vm.allocate']);
      expect(told('warn')).toEqual([]);
      const ids = all.map(({ metadata }) => metadata.message_id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('makes one notification of the copies that a driver sends of one state change', async () => {
      const { publisher, listener } = await startChain(format, 'subscribe: ["EVENT "]');
      const before = listener.notifications().length;
      publisher.publish(...withId(frames('vm-running.by-id'), 11));
      publisher.publish(...withId(frames('vm-running.by-state'), 11));
      publisher.publish(...withId(frames('vm-running.by-state'), 12));
      const all = await listener.waitForCount(before + 2);
      await seen(listener, publisher, CANARY + 1);
      const told = listener
        .notifications()
        .slice(before)
        .map(({ payload }) => idOf(payload));
      expect(told.filter((id) => id === '11')).toHaveLength(1);
      expect(all.length).toBeGreaterThanOrEqual(before + 2);
    });
  },
);

/** Publisher → broker → RabbitMQ → listener, up and subscribed. */
async function startChain(
  format: 'v1' | 'v2',
  more = '',
): Promise<{ publisher: RubyPublisher; listener: OsloListener; broker: LiveBroker }> {
  const vhost = await freshVhost();
  cleanups.push(() => vhost.drop());
  const listener = await startListener({ url: vhost.url });
  cleanups.push(() => listener.stop());
  const publisher = await startPublisher();
  cleanups.push(() => publisher.stop());
  const broker = await startBroker(
    `
sources: { one: { adapter: opennebula, endpoint: "${publisher.endpoint}"${more && `, ${more}`} } }
sinks:
  bus: { adapter: oslo, url: "${vhost.url}", format: ${format}, priorities: [info, warn, error] }
routes: [{ from: one, to: bus }]
`,
    ['one', 'bus'],
  );
  cleanups.push(() => broker.remove());
  await seen(listener, publisher, CANARY);
  return { publisher, listener, broker };
}

/**
 * Publishes a host's state until the listener has it: a PUB socket drops what is published before
 * the subscription arrived. The host's states alternate, so that no two are copies.
 */
async function seen(listener: OsloListener, publisher: RubyPublisher, id: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const known = listener.notifications().length;
    const host = withId(frames('host-init.by-state'), id);
    publisher.publish(...withBody(host, ['</HOST>', `<TRY>${String(attempt)}</TRY></HOST>`]));
    const arrived = await listener.waitForCount(known + 1, 1_000).catch(() => []);
    if (arrived.some(({ payload }) => JSON.stringify(payload).includes(String(id)))) return;
  }
  throw new Error('the listener never got the canary');
}

function idOf(payload: unknown): unknown {
  const fields = payload as Readonly<Record<string, unknown>>;
  return fields.instance_id ?? fields.id ?? fields.resource_id;
}
