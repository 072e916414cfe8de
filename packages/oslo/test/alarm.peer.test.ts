import { queueState } from '@viaduct/amqp';
import { testContext, waitFor } from '@viaduct/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startRabbitmq, type Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { createOsloSink } from '../src/sink.ts';
import { createOsloSource } from '../src/source.ts';
import { never, onRabbitmq } from './amqp-client.ts';
import { anyEvent, notification, sinkConfig, sourceConfig } from './configured.ts';
import { startReading } from './reading.ts';

requirePeer('rabbitmq');

let server: Rabbitmq;
beforeAll(async () => {
  server = await startRabbitmq();
});
afterAll(() => server.close());

test('a memory alarm of RabbitMQ is told, waited out, and costs no event', async () => {
  const context = testContext();
  const url = [server.url];
  const sink = createOsloSink(sinkConfig({ url }), context);
  const listening = await startReading(
    createOsloSource(
      sourceConfig({ url, exchanges: ['openstack'], exchangeCheckMs: 100 }),
      context,
    ),
  );
  await sink.connect(never());
  try {
    const send = (label: string): ReturnType<typeof sink.send> =>
      sink.send([{ event: anyEvent(), natives: [notification(label)] }], never());
    expect(await send('before')).toEqual([{ kind: 'delivered' }]);
    await server.ctl('set_vm_memory_high_watermark', '0.00001');
    const sending = ['a', 'b', 'c'].map(send);
    await waitFor(() => context.counts.get('blocked') === 1);
    expect(context.logger.lines.at(-1)).toMatchObject({
      level: 'warn',
      fields: { code: 'VIA_AMQP_BLOCKED' },
      message: expect.stringContaining('RabbitMQ takes no messages') as string,
    });
    await server.ctl('set_vm_memory_high_watermark', '0.6');
    expect((await Promise.all(sending)).flat()).toEqual([
      { kind: 'delivered' },
      { kind: 'delivered' },
      { kind: 'delivered' },
    ]);
    await waitFor(() => context.logger.messages('info').includes('RabbitMQ takes messages again'));
    const state = await onRabbitmq(server.url, (one) => queueState(one, 'notifications.info'));
    expect(state?.messages).toBe(4);
  } finally {
    await listening.stop();
    await sink.close();
  }
});
