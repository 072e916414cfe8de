import { queueState } from '@viaduct/amqp';
import type { Outcome, Sink } from '@viaduct/core';
import { fakeClock, systemClock, testContext, waitFor } from '@viaduct/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { OsloSinkConfig } from '../src/config.ts';
import type { OsloMessage } from '../src/message.ts';
import { createOsloSink } from '../src/sink.ts';
import { declareExchange, drain, never, onRabbitmq } from './amqp-client.ts';
import { anyEvent, eventTypeOf, notification, sinkConfig } from './configured.ts';

requirePeer('rabbitmq');

let vhost: Vhost;
beforeAll(async () => {
  vhost = await freshVhost();
});
afterAll(() => vhost.drop());

let context: ReturnType<typeof testContext>;
let topic: string;
let count = 0;
beforeEach(() => {
  count += 1;
  topic = `t${count}`;
  context = testContext(systemClock, topic);
});

const open: Sink<OsloMessage>[] = [];
afterEach(async () => {
  for (const sink of open.splice(0)) await sink.close();
});

function sinkOf(given: Partial<OsloSinkConfig> = {}): Sink<OsloMessage> {
  const config = sinkConfig({ url: [vhost.url], topic, exchange: topic, ...given });
  const sink = createOsloSink(config, context);
  open.push(sink);
  return sink;
}

async function connected(given: Partial<OsloSinkConfig> = {}): Promise<Sink<OsloMessage>> {
  const sink = sinkOf(given);
  await sink.connect(never());
  return sink;
}

const send = (
  sink: Sink<OsloMessage>,
  ...natives: readonly OsloMessage[]
): Promise<readonly Outcome[]> =>
  sink.send(
    natives.map((native) => ({ event: anyEvent(), natives: [native] })),
    never(),
  );

const note = (eventType: string, priority = 'info'): OsloMessage =>
  notification(eventType, { topic, priority });

async function existing(what: {
  readonly exchange?: { readonly type?: string; readonly durable?: boolean };
  readonly queue?: object;
}): Promise<void> {
  await onRabbitmq(vhost.url, async (connection) => {
    const channel = await connection.openChannel();
    const { type = 'topic', durable = false } = what.exchange ?? {};
    await channel.assertExchange(topic, type, { durable });
    if (what.queue !== undefined) await channel.assertQueue(`${topic}.info`, what.queue);
  });
}

describe('a notifier', () => {
  test('declares exchange, queue and binding like the original, when it needs them', async () => {
    const sink = await connected();
    expect(await vhost.ctl('list_queues', 'name')).not.toContain(topic);
    expect(await send(sink, note('a'), note('b', 'error'))).toEqual([
      { kind: 'delivered' },
      { kind: 'delivered' },
    ]);
    expect(await vhost.ctl('list_exchanges', 'name', 'type', 'durable', 'auto_delete')).toContain(
      `${topic}\ttopic\tfalse\tfalse`,
    );
    const queues = await vhost.ctl('list_queues', 'name', 'durable', 'arguments');
    expect(queues).toContain(`${topic}.info\tfalse\t[]`);
    expect(queues).toContain(`${topic}.error\tfalse\t[]`);
    expect((await drain(vhost.url, `${topic}.info`)).map(eventTypeOf)).toEqual(['a']);
  });

  test('makes quorum queues, and everything durable with them', async () => {
    const sink = await connected({ queueType: 'quorum' });
    expect(await send(sink, note('a'))).toEqual([{ kind: 'delivered' }]);
    expect(await vhost.ctl('list_queues', 'name', 'durable', 'type')).toContain(
      `${topic}.info\ttrue\tquorum`,
    );
    expect(await vhost.ctl('list_exchanges', 'name', 'durable')).toContain(`${topic}\ttrue`);
  });

  test('keeps an event whose queue was deleted, and declares it again', async () => {
    const sink = await connected();
    await send(sink, note('a'));
    await vhost.ctl('delete_queue', `${topic}.info`);
    const [outcome] = await send(sink, note('b'));
    expect(outcome).toMatchObject({ kind: 'unavailable', code: 'VIA_AMQP_UNROUTABLE' });
    expect(context.counts.get('returned')).toBe(1);
    expect(await send(sink, note('b'))).toEqual([{ kind: 'delivered' }]);
    expect((await drain(vhost.url, `${topic}.info`)).map(eventTypeOf)).toEqual(['b']);
  });

  test('loses what nobody is bound for only where it was told to', async () => {
    await declareExchange(vhost.url, topic);
    const keeping = await connected({ declare: 'never' });
    expect(await send(keeping, note('a'))).toMatchObject([{ code: 'VIA_AMQP_UNROUTABLE' }]);
    const losing = await connected({ declare: 'never', mandatory: false });
    expect(await send(losing, note('a'))).toEqual([{ kind: 'delivered' }]);
    expect(await vhost.ctl('list_queues', 'name')).not.toContain(topic);
  });

  test('refuses a message that is too large, and sends the others', async () => {
    const sink = await connected({ messageBytesMax: 1_000 });
    const large = { ...note('large'), body: 'x'.repeat(1_001) };
    expect(await send(sink, note('a'), large, note('b'))).toMatchObject([
      { kind: 'delivered' },
      { kind: 'refused', permanent: true, code: 'VIA_AMQP_MESSAGE_TOO_LARGE' },
      { kind: 'delivered' },
    ]);
  });

  test('is not made to close its channel, or to route elsewhere, by what it forwards', async () => {
    await onRabbitmq(vhost.url, async (connection) => {
      await (await connection.openChannel()).assertQueue(`elsewhere-${topic}`);
    });
    const sink = await connected();
    const hostile = note('a');
    const properties = {
      ...hostile.properties,
      userId: 'somebody-else',
      expiration: 'soon',
      headers: { CC: [`elsewhere-${topic}`], BCC: [`elsewhere-${topic}`], kept: 1 },
    };
    expect(await send(sink, { ...hostile, properties })).toEqual([{ kind: 'delivered' }]);
    expect(await drain(vhost.url, `elsewhere-${topic}`)).toEqual([]);
    expect(await drain(vhost.url, `${topic}.info`)).toHaveLength(1);
  });

  test('judges a parcel of several messages by the worst', async () => {
    const sink = await connected({ messageBytesMax: 1_000 });
    const large = { ...note('large'), body: 'x'.repeat(1_001) };
    const parcel = { event: anyEvent(), natives: [note('a'), large] };
    const outcomes = await sink.send([parcel], never());
    expect(outcomes).toMatchObject([{ kind: 'refused' }]);
    expect(await drain(vhost.url, `${topic}.info`)).toEqual([]);
  });
});

describe('a clash with what exists', () => {
  test.each([
    ['a durable exchange', { exchange: { durable: true } }, {}, /durable=true.*set durable: true/],
    [
      'an exchange that is not durable',
      { exchange: { durable: false } },
      { durable: true },
      /durable=false.*set durable: false/,
    ],
    [
      'an exchange that is not durable, for quorum queues',
      { exchange: { durable: false } },
      { queueType: 'quorum' as const },
      /durable=false.*set durable: false and queueType: classic/,
    ],
    [
      'an exchange of another type',
      { exchange: { type: 'fanout' } },
      {},
      /type=fanout.*needs a topic exchange/,
    ],
  ])('of %s is a permanent error at once', async (_case, was, given, text) => {
    await existing(was);
    await expect(sinkOf(given).connect(never())).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_CLASH',
      message: expect.stringMatching(text) as string,
    });
    const asItIs = await connected({ ...given, declare: 'never', mandatory: false });
    expect(await send(asItIs, note('a'))).toEqual([{ kind: 'delivered' }]);
  });

  test.each([
    ['a durable queue', { queue: { durable: true } }, {}, /durable=true.*set durable: true/],
    [
      'a queue that is not durable',
      { exchange: { durable: true }, queue: { durable: false } },
      { durable: true },
      /durable=false.*set durable: false/,
    ],
    [
      'a quorum queue',
      {
        exchange: { durable: true },
        queue: { durable: true, arguments: { 'x-queue-type': 'quorum' } },
      },
      { durable: true },
      /x-queue-type=quorum.*set queueType: quorum/,
    ],
    [
      'a classic queue',
      { exchange: { durable: true }, queue: { durable: true } },
      { queueType: 'quorum' as const },
      /x-queue-type.*set queueType: classic/,
    ],
    [
      'a queue with a limit',
      { queue: { durable: false, maxLength: 5 } },
      {},
      /x-max-length=5.*declare: never/,
    ],
  ])('of %s keeps the events, and says what to set', async (_case, was, given, text) => {
    await existing(was);
    const sink = await connected(given);
    expect(await send(sink, note('a'), note('b', 'error'))).toEqual([
      {
        kind: 'unavailable',
        code: 'VIA_AMQP_CLASH',
        message: expect.stringMatching(text) as string,
      },
      { kind: 'delivered' },
    ]);
  });

  test('with a missing exchange that it may not create is permanent', async () => {
    await expect(sinkOf({ declare: 'never' }).connect(never())).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_NOT_FOUND',
      message: expect.stringContaining(`"${topic}"`) as string,
    });
  });
});

describe('a queue that nobody reads', () => {
  test('is warned of while it grows, and not again for an hour', async () => {
    const clock = fakeClock();
    context = testContext(clock, topic);
    const sink = await connected({ backlogWarnMessages: 3, backlogCheckMs: 60_000 });
    const warnings = (): number => context.logger.messages('warn').length;
    const fill = async (): Promise<void> => {
      await send(sink, note('a'), note('b'));
    };
    /** Lets a minute pass, and RabbitMQ answer. */
    const look = async (): Promise<void> => {
      await clock.advance(60_000);
      await waitFor(() => clock.pending > 0);
    };
    await fill();
    await look();
    expect(warnings()).toBe(0);
    await fill();
    await waitFor(async () => {
      await clock.advance(60_000);
      await fill();
      return warnings() === 1;
    });
    expect(context.logger.lines.at(-1)?.fields).toMatchObject({
      code: 'VIA_OSLO_QUEUE_UNREAD',
      queue: `${topic}.info`,
    });
    expect(context.counts.get('backlog')).toBe(1);
    for (let minute = 0; minute < 5; minute += 1) {
      await fill();
      await look();
    }
    expect(warnings()).toBe(1);
    const state = await onRabbitmq(vhost.url, (one) => queueState(one, `${topic}.info`));
    expect(state?.messages).toBeGreaterThan(10);
  });
});

describe('a RabbitMQ that does not let us in', () => {
  test('is told apart: nobody there, wrong password', async () => {
    const wrong = sinkOf({ url: [vhost.url.replace('guest:guest', 'guest:wr0ng')] });
    const login = await wrong.connect(never()).catch((error: unknown) => error as Error);
    expect(login).toMatchObject({ kind: 'permanent', code: 'VIA_AMQP_LOGIN_REFUSED' });
    expect((login as Error).message).not.toContain('wr0ng');
    const nobody = sinkOf({ url: ['amqp://127.0.0.1:1/'] });
    await expect(nobody.connect(never())).rejects.toMatchObject({
      kind: 'reconnect',
      code: 'VIA_AMQP_UNREACHABLE',
    });
  });
});
