/**
 * What a good engineer writes in an afternoon: ZeroMQ in, the whole document parsed, a notification
 * built by hand, published with confirms. The same client libraries as Viaduct, no journal, no
 * redaction, no copies merged, no retry: what is in memory when it dies is lost. It is kept as fast
 * as it honestly gets: confirms are pipelined, nothing waits for anything else.
 */
import { connect } from 'amqplib';
import { XMLParser } from 'fast-xml-parser';
import { randomUUID } from 'node:crypto';
import { Subscriber } from 'zeromq';
import { serveLeg, type LegSettings } from './leg.ts';

/** Most publishes awaiting their confirm; the same as the durable leg's. */
const IN_FLIGHT_MAX = 1_000;

interface VirtualMachine {
  readonly ID: string;
  readonly NAME: string;
  readonly UNAME: string;
  readonly UID: string;
  readonly GID: string;
  readonly STIME: string;
  readonly TEMPLATE: { readonly VCPU: string; readonly MEMORY: string };
}

interface HookMessage {
  readonly HOOK_MESSAGE: {
    readonly STATE: string;
    readonly LCM_STATE: string;
    readonly REMOTE_HOST: string;
    readonly VM: VirtualMachine;
  };
}

await serveLeg(async (settings: LegSettings, confirmed) => {
  const connection = await connect(settings.amqpUrl);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange(settings.exchange, 'topic', { durable: true });
  await channel.assertQueue(settings.queue, { durable: true });
  await channel.bindQueue(settings.queue, settings.exchange, settings.queue);

  const subscriber = new Subscriber({ receiveHighWaterMark: 0 });
  subscriber.connect(settings.endpoint);
  subscriber.subscribe('EVENT STATE ');

  const parser = new XMLParser({ parseTagValue: false, trimValues: false });
  let inFlight = 0;
  let resume: (() => void) | undefined;
  const onConfirm = (): void => {
    inFlight -= 1;
    confirmed();
    if (resume && inFlight < IN_FLIGHT_MAX) {
      resume();
      resume = undefined;
    }
  };
  void (async () => {
    for await (const [, content] of subscriber) {
      const xml = Buffer.from(String(content), 'base64').toString('utf8');
      const body = notification((parser.parse(xml) as HookMessage).HOOK_MESSAGE);
      channel.publish(
        settings.exchange,
        settings.queue,
        Buffer.from(body),
        { contentType: 'application/json', contentEncoding: 'utf-8', deliveryMode: 2, priority: 0 },
        onConfirm,
      );
      inFlight += 1;
      if (inFlight >= IN_FLIGHT_MAX) await new Promise<void>((go) => (resume = go));
    }
  })();
  return async () => {
    subscriber.close();
    await connection.close();
  };
});

function notification(message: HookMessage['HOOK_MESSAGE']): string {
  const vm = message.VM;
  const inner = {
    message_id: randomUUID(),
    publisher_id: `compute.${message.REMOTE_HOST}`,
    event_type: 'compute.instance.update',
    priority: 'INFO',
    payload: {
      instance_id: vm.ID,
      display_name: vm.NAME,
      hostname: vm.NAME,
      host: message.REMOTE_HOST,
      state: message.LCM_STATE.toLowerCase(),
      state_description: '',
      tenant_id: vm.GID,
      user_id: vm.UID,
      memory_mb: Number(vm.TEMPLATE.MEMORY),
      vcpus: Number(vm.TEMPLATE.VCPU),
      created_at: new Date(Number(vm.STIME) * 1000).toISOString(),
    },
    timestamp: new Date().toISOString().replace('T', ' ').replace('Z', '000'),
    _unique_id: randomUUID().replaceAll('-', ''),
  };
  return JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(inner) });
}
