import type { Outcome, Parcel } from '@viaduct/core';
import { testContext, waitFor, type TestContext } from '@viaduct/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { curveKeyPair, Subscriber, type SocketOptions } from 'zeromq';

import { freePort } from '../../../tools/peers/free-port.ts';
import type { OpennebulaSinkConfig } from '../src/config.ts';
import type { OpennebulaMessage } from '../src/message.ts';
import { ZeromqSink } from '../src/sink.ts';
import { parcel } from './parcel.ts';
import { closeServer, openSilentServer, TestSubscriber } from './zeromq-peers.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface OpenSink {
  readonly sink: ZeromqSink;
  readonly context: TestContext;
  readonly bind: string;
}

async function openSink(config: OpennebulaSinkConfig = {}): Promise<OpenSink> {
  const bind = `tcp://127.0.0.1:${await freePort()}`;
  const context = testContext();
  const sink = new ZeromqSink({ bind, ...config }, context);
  cleanups.push(() => sink.close());
  await sink.connect(new AbortController().signal);
  return { sink, context, bind };
}

async function subscribe(
  { sink, bind }: OpenSink,
  options: SocketOptions<Subscriber> = {},
): Promise<TestSubscriber> {
  // A prefix of its own: only the first subscription to a prefix is seen by the publisher.
  const before = sink.subscriptions;
  const subscriber = new TestSubscriber(bind, options, ['EVENT']);
  cleanups.push(() => subscriber.close());
  await waitFor(() => sink.subscriptions > before);
  return subscriber;
}

/** A subscriber that connects and never reads; little fits between it and the sink. */
async function subscribeDeaf({ sink, bind }: OpenSink): Promise<Subscriber> {
  const deaf = new Subscriber({ linger: 0, receiveHighWaterMark: 1, receiveBufferSize: 4_096 });
  cleanups.push(() => deaf.close());
  deaf.subscribe('EVENT ');
  deaf.connect(bind);
  await waitFor(() => sink.subscriptions > 0);
  return deaf;
}

function send(sink: ZeromqSink, parcels: readonly Parcel<OpennebulaMessage>[]) {
  return sink.send(parcels, new AbortController().signal);
}

const BIG = 'A'.repeat(500_000);

describe('what is sent', () => {
  test('is two frames, key and content, unchanged and in order', async () => {
    const open = await openSink();
    const subscriber = await subscribe(open);
    const natives = [
      { key: 'EVENT VM 42/ACTIVE/RUNNING ', content: 'PEhPT0s+' },
      { key: 'EVENT STATE VM/ACTIVE/RUNNING/42 ', content: 'PEhPT0s+' },
      { key: 'EVENT SERVICE 9 ', content: 'PEhPT0s+' },
      { key: 'EVENT API \u00ff', content: '' },
    ];
    expect(await send(open.sink, [parcel(...natives)])).toEqual([{ kind: 'sent' }]);
    await waitFor(() => subscriber.messages.length === 4);
    expect(subscriber.messages).toEqual(natives.map(({ key, content }) => [key, content]));
  });

  test('right before it is closed still arrives', async () => {
    const open = await openSink();
    const subscriber = await subscribe(open);
    const parcels = Array.from({ length: 200 }, () => parcel({ key: 'EVENT X ', content: BIG }));
    await send(open.sink, parcels);
    await open.sink.close();
    await waitFor(() => subscriber.messages.length === 200);
  });

  test('goes nowhere without subscribers, and is sent all the same', async () => {
    const { sink } = await openSink();
    expect(await send(sink, [parcel({ key: 'EVENT X ', content: '' })])).toEqual([
      { kind: 'sent' },
    ]);
  });
});

describe('a port in use', () => {
  test('is a permanent error that names it and who may hold it', async () => {
    const { endpoint: bind, server } = await openSilentServer();
    cleanups.push(() => closeServer(server));
    const port = bind.split(':').at(-1) ?? '';
    const sink = new ZeromqSink({ bind }, testContext());
    await expect(sink.connect(new AbortController().signal)).rejects.toMatchObject({
      code: 'VIA_OPENNEBULA_PORT_IN_USE',
      kind: 'permanent',
      message: expect.stringMatching(new RegExp(`:${port} is in use.*one_hm.rb.*ss -ltnp`)),
    });
    const [outcome] = await send(sink, [parcel({ key: 'EVENT X ', content: '' })]);
    expect(outcome).toMatchObject({ kind: 'unavailable' });
  });

  test('is told from an address that is not of this machine', async () => {
    const sink = new ZeromqSink({ bind: 'tcp://192.0.2.1:2101' }, testContext());
    await expect(sink.connect(new AbortController().signal)).rejects.toMatchObject({
      code: 'VIA_OPENNEBULA_BIND_FAILED',
      kind: 'permanent',
    });
  });
});

describe('requireSubscriber', () => {
  test('keeps events back until somebody is subscribed, and again when the last has gone', async () => {
    const open = await openSink({ requireSubscriber: true });
    const parcels = [parcel({ key: 'EVENT X ', content: '' })];
    const nobody = { kind: 'unavailable', code: 'VIA_OPENNEBULA_NO_SUBSCRIBER' };
    expect(await send(open.sink, parcels)).toMatchObject([nobody]);
    const one = new TestSubscriber(open.bind);
    const two = new TestSubscriber(open.bind);
    await waitFor(async () => {
      const [outcome] = await send(open.sink, parcels);
      return outcome?.kind === 'sent' && one.messages.length > 0 && two.messages.length > 0;
    });
    await one.close();
    expect(await send(open.sink, parcels)).toEqual([{ kind: 'sent' }]);
    await two.close();
    await waitFor(() => open.sink.subscriptions === 0);
    expect(await send(open.sink, parcels)).toMatchObject([nobody]);
  });
});

describe('a subscriber that does not read', () => {
  const big = (): Parcel<OpennebulaMessage> => parcel({ key: 'EVENT X ', content: BIG });

  test('loses events where they may be dropped, while the others get all', async () => {
    const open = await openSink({ subscriberQueueMax: 5, onSlowSubscriber: 'drop' });
    const deaf = await subscribeDeaf(open);
    const reader = await subscribe(open);
    const total = 100;
    for (let index = 0; index < total; index += 1) {
      expect(await send(open.sink, [big()])).toEqual([{ kind: 'sent' }]);
      await waitFor(() => reader.messages.length === index + 1);
    }
    await send(open.sink, [parcel({ key: 'EVENT END', content: '' })]);
    await waitFor(() => reader.messages.length === total + 1);
    deaf.receiveTimeout = 500;
    let read = 0;
    while (await deaf.receive().catch(() => undefined)) read += 1;
    expect(read).toBeLessThan(total / 2);
  });

  test('stalls the sink by default, said once, until it reads on', async () => {
    const open = await openSink({ subscriberQueueMax: 5 });
    const deaf = await subscribeDeaf(open);
    const sent: Outcome[] = [];
    await waitFor(async () => {
      sent.push(...(await send(open.sink, [big()])));
      return sent.at(-1)?.kind === 'unavailable';
    });
    // None of a batch may overtake the first that could not leave.
    const slow = { code: 'VIA_OPENNEBULA_SUBSCRIBER_SLOW', retryAfterMs: expect.any(Number) };
    expect(await send(open.sink, [big(), big(), big()])).toMatchObject([slow, slow, slow]);
    expect(open.context.counts.get('slow-subscriber')).toBe(1);
    expect(open.context.logger.messages('warn')).toHaveLength(1);
    const count = sent.filter(({ kind }) => kind === 'sent').length;
    for (let read = 0; read < count; read += 1) await deaf.receive();
    await waitFor(async () => (await send(open.sink, [big()]))[0]?.kind === 'sent');
  });

  test('is not taken for dead while it is waited for', async () => {
    const open = await openSink({ subscriberQueueMax: 5, heartbeatMs: 100 });
    const deaf = await subscribeDeaf(open);
    // Each that finds no room waits for a second: ten heartbeats.
    let sent = 0;
    await waitFor(async () => {
      const [outcome] = await send(open.sink, [big()]);
      if (outcome?.kind === 'sent') sent += 1;
      return outcome?.kind === 'unavailable';
    });
    expect(open.sink.subscriptions).toBe(1);
    for (let read = 0; read < sent; read += 1) expect(await deaf.receive()).toHaveLength(2);
  });

  test('stalls nobody once it is gone', async () => {
    const open = await openSink({ subscriberQueueMax: 5 });
    const deaf = await subscribeDeaf(open);
    await waitFor(async () => (await send(open.sink, [big()]))[0]?.kind === 'unavailable');
    deaf.close();
    await waitFor(() => open.sink.subscriptions === 0);
    expect(await send(open.sink, [big()])).toEqual([{ kind: 'sent' }]);
  });

  test('does not hold an aborted send, nor one whose sink is closed', async () => {
    const open = await openSink({ subscriberQueueMax: 5 });
    await subscribeDeaf(open);
    await waitFor(async () => (await send(open.sink, [big()]))[0]?.kind === 'unavailable');
    const abort = new AbortController();
    const aborted = open.sink.send([big(), big()], abort.signal);
    abort.abort();
    const code = 'VIA_OPENNEBULA_SEND_ABORTED';
    expect(await aborted).toMatchObject([{ code }, { code }]);
    const closed = send(open.sink, [big()]);
    await open.sink.close();
    expect(await closed).toMatchObject([{ code: 'VIA_OPENNEBULA_NOT_CONNECTED' }]);
  });
});

describe('CURVE', () => {
  test('lets in who knows the public key, and nobody in the clear', async () => {
    const server = curveKeyPair();
    const open = await openSink({ curve: { secretKey: server.secretKey } });
    const inTheClear = new TestSubscriber(open.bind);
    cleanups.push(() => inTheClear.close());
    const own = curveKeyPair();
    const subscriber = await subscribe(open, {
      curveServerKey: server.publicKey,
      curvePublicKey: own.publicKey,
      curveSecretKey: own.secretKey,
    });
    await send(open.sink, [parcel({ key: 'EVENT X ', content: 'PEhPT0s+' })]);
    await waitFor(() => subscriber.messages.length === 1);
    expect(inTheClear.messages).toEqual([]);
  });

  test('refuses a key that is none, without printing it', async () => {
    const sink = new ZeromqSink({ curve: { secretKey: 'hush-hush' } }, testContext());
    const error = await sink
      .connect(new AbortController().signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'VIA_OPENNEBULA_ENDPOINT_INVALID', kind: 'permanent' });
    expect(String(error)).not.toContain('hush');
  });
});
