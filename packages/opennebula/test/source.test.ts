import { supervise, type Delivery, type SourceGap } from '@viaduct/core';
import { systemClock, TcpProxy, testContext, waitFor, type TestContext } from '@viaduct/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { curveKeyPair } from 'zeromq';

import { freePort } from '../../../tools/peers/free-port.ts';
import type { OpennebulaSourceConfig } from '../src/config.ts';
import type { OpennebulaMessage } from '../src/message.ts';
import { ZeromqSource } from '../src/source.ts';
import { REBUILD_AFTER_MS } from '../src/zeromq/zeromq-subscriber.ts';
import { Reading } from './reading.ts';
import { closeServer, openSilentServer, TestPublisher } from './zeromq-peers.ts';

const KEY = 'EVENT STATE VM/ACTIVE/RUNNING/42 ';
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openPublisher(...args: Parameters<typeof TestPublisher.open>) {
  const publisher = await TestPublisher.open(...args);
  cleanups.push(() => publisher.stop());
  return publisher;
}

function createSource(config: OpennebulaSourceConfig): {
  readonly source: ZeromqSource;
  readonly context: TestContext;
} {
  const context = testContext();
  const source = new ZeromqSource(config, context);
  cleanups.push(() => source.close());
  return { source, context };
}

async function connect(source: ZeromqSource): Promise<void> {
  await source.connect(new AbortController().signal);
}

/** A source that is connected to `publisher` and subscribed there. */
async function openSource(publisher: TestPublisher, config: OpennebulaSourceConfig = {}) {
  const opened = createSource({ endpoint: [publisher.endpoint], ...config });
  const before = publisher.subscribed;
  await connect(opened.source);
  await publisher.waitForSubscriptions(before + (config.subscribe?.length ?? 2));
  return opened;
}

function startReading(source: ZeromqSource): Reading {
  const reading = new Reading(source);
  cleanups.push(() => reading.stop());
  return reading;
}

describe('what is received', () => {
  test('has the key with its trailing blank and the content, unchanged', async () => {
    const publisher = await openPublisher();
    const { source } = await openSource(publisher);
    await publisher.send(KEY, 'PEhPT0s+ ');
    const [delivery] = await startReading(source).waitForCount(1);
    expect(delivery).toMatchObject({ native: { key: KEY, content: 'PEhPT0s+ ' } });
  });

  test('keeps every byte of what is neither ASCII nor base64', async () => {
    const publisher = await openPublisher();
    const { source } = await openSource(publisher);
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await publisher.send(KEY, bytes);
    const [delivery] = await startReading(source).waitForCount(1);
    expect(Buffer.from(nativeOf(delivery).content, 'latin1')).toEqual(Buffer.from(bytes));
  });

  test('is what is subscribed to by default: no copies by id, no RETRY', async () => {
    const publisher = await openPublisher();
    const { source } = await openSource(publisher);
    const sent = ['EVENT VM 42/ACTIVE/RUNNING ', 'RETRY', 'EVENT SERVICE 9 ', KEY];
    sent.push('EVENT API one.vm.allocate 1');
    for (const key of sent) await publisher.send(key, 'x');
    const reading = startReading(source);
    await reading.waitForCount(2);
    expect(reading.keys).toEqual([KEY, 'EVENT API one.vm.allocate 1']);
  });

  test('of VM 4 is not what is published of VM 42', async () => {
    const publisher = await openPublisher();
    const subscribe = ['EVENT VM 4', 'EVENT API one.vm.update'];
    const { source } = await openSource(publisher, { subscribe });
    const sent = [
      'EVENT VM 42/ACTIVE/RUNNING ',
      'EVENT VM 4/ACTIVE/RUNNING ',
      'EVENT API one.vm.updateconf 1',
      'EVENT API one.vm.update 1',
    ];
    for (const key of sent) await publisher.send(key, 'x');
    const reading = startReading(source);
    await reading.waitForCount(2);
    expect(reading.keys).toEqual([sent[1], sent[3]]);
  });
});

describe('a malformed message', () => {
  test.each([
    ['one frame', [KEY]],
    ['3 frames', [KEY, 'x', 'y']],
  ])('of %s is delivered as such and disturbs no other', async (count, frames) => {
    const publisher = await openPublisher();
    const { source } = await openSource(publisher);
    await publisher.send(...frames);
    await publisher.send(KEY, 'good');
    const [bad, good] = await startReading(source).waitForCount(2);
    expect(bad).toMatchObject({
      malformed: {
        error: { code: 'VIA_OPENNEBULA_FRAMES_WRONG' },
        bytes: frames.join('').length,
      },
    });
    expect(malformedOf(bad).error.message).toContain(count);
    expect(malformedOf(bad).text).toContain(KEY);
    expect(nativeOf(good).content).toBe('good');
  });

  test('of 50 MB is not kept, and what follows is received', async () => {
    const publisher = await openPublisher();
    const { source } = await openSource(publisher);
    const bytes = 50 * 1024 * 1024;
    await publisher.send(KEY, Buffer.alloc(bytes, 'A'));
    await publisher.send(KEY, 'good');
    const [bad, good] = await startReading(source).waitForCount(2);
    expect(malformedOf(bad)).toMatchObject({
      error: { code: 'VIA_OPENNEBULA_CONTENT_TOO_LARGE' },
      bytes: bytes + KEY.length,
    });
    expect(malformedOf(bad).text).toBe(`${KEY}\n<${bytes} bytes>`);
    expect(nativeOf(good).content).toBe('good');
  });
});

describe('the receive buffer', () => {
  test('drops the newest when nobody reads, counts them and says so once', async () => {
    const publisher = await openPublisher();
    const { source, context } = await openSource(publisher, { bufferBytesMax: 65_536 });
    const missing: SourceGap[] = [];
    source.onGap((gap) => void missing.push(gap));
    const content = 'A'.repeat(1_000);
    const total = 500;
    for (let index = 0; index < total; index += 1) await publisher.send(`${KEY}${index}`, content);
    // 1,000 bytes, a key and the cost of an entry: fifty of them fit.
    const kept = 50;
    await waitFor(() => context.counts.get('overflow') === total - kept);
    expect(missing).toEqual(
      Array.from({ length: total - kept }, () => ({ reason: 'overflow', messages: 1 })),
    );
    const reading = startReading(source);
    await reading.waitForCount(kept);
    expect(reading.keys).toEqual(Array.from({ length: kept }, (_, index) => `${KEY}${index}`));
    await publisher.send(`${KEY}later`, content);
    await reading.waitForCount(kept + 1);
    expect(reading.keys.at(-1)).toBe(`${KEY}later`);
    expect(context.logger.messages('warn')).toEqual([
      'the receive buffer is full: messages are being dropped',
      'the receive buffer has room again',
    ]);
    expect(context.logger.lines.at(-1)?.fields).toEqual({ dropped: total - kept });
  });

  test('takes messages in while nobody has asked for deliveries yet', async () => {
    const publisher = await openPublisher();
    const { source } = await openSource(publisher);
    // Far beyond the 1,000 that libzmq would keep by itself.
    for (let index = 0; index < 5_000; index += 1) await publisher.send(KEY, `${index}`);
    const deliveries = await startReading(source).waitForCount(5_000);
    expect(deliveries.map((each) => Number(nativeOf(each).content))).toEqual(
      Array.from({ length: 5_000 }, (_, index) => index),
    );
  });
});

describe('connect', () => {
  test('says what to look at when nothing answers', async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const { source } = createSource({ endpoint: [endpoint], connectTimeoutMs: 300 });
    await expect(connect(source)).rejects.toMatchObject({
      code: 'VIA_OPENNEBULA_UNREACHABLE',
      kind: 'reconnect',
      message: expect.stringMatching(new RegExp(`nothing answers at ${endpoint}.*HM_MAD.*-b`)),
    });
  });

  test('says that something answers which is no publisher', async () => {
    const { endpoint, server } = await openSilentServer();
    cleanups.push(() => closeServer(server));
    const { source } = createSource({ endpoint: [endpoint], connectTimeoutMs: 3_000 });
    await expect(connect(source)).rejects.toMatchObject({
      code: 'VIA_OPENNEBULA_UNREACHABLE',
      message: expect.stringMatching(/accepted without a ZeroMQ handshake|handshake failed/),
    });
  });

  test.each(['tcp://127.0.0.1:*', 'tcp://:', 'udp//x', 'nonsense'])(
    'refuses an address that cannot be: %s',
    async (endpoint) => {
      const { source } = createSource({ endpoint: [endpoint] });
      const code = 'VIA_OPENNEBULA_ENDPOINT_INVALID';
      await expect(connect(source)).rejects.toMatchObject({ code, kind: 'permanent' });
    },
  );

  test('waits for a publisher that comes up later', async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    const { source } = createSource({ endpoint: [endpoint] });
    const connecting = connect(source);
    const publisher = await openPublisher({}, endpoint);
    await connecting;
    await publisher.waitForSubscriptions(2);
  });
});

describe('a connection', () => {
  test('that is half open is noticed by its heartbeat and made again', async () => {
    const publisher = await openPublisher();
    const proxy = await TcpProxy.start({ port: publisher.port });
    cleanups.push(() => proxy.close());
    const endpoint = [`tcp://127.0.0.1:${proxy.port}`];
    const { source } = createSource({ endpoint, heartbeatMs: 1_000, connectTimeoutMs: 5_000 });
    await connect(source);
    await publisher.waitForSubscriptions(2);
    const reading = startReading(source);
    await publisher.send(KEY, 'before');
    await reading.waitForCount(1);

    proxy.setFaults({ drop: true });
    expect(await reading.waitForFailure()).toMatchObject({
      code: 'VIA_OPENNEBULA_CONNECTION_LOST',
      kind: 'reconnect',
    });
    // New connections are accepted and hear nothing: no publisher.
    await source.close();
    await expect(connect(source)).rejects.toMatchObject({ code: 'VIA_OPENNEBULA_UNREACHABLE' });

    proxy.setFaults({});
    await connect(source);
    const again = startReading(source);
    await publisher.waitForSubscriptions(4);
    await publisher.send(KEY, 'after');
    expect(nativeOf((await again.waitForCount(1))[0]).content).toBe('after');
  });

  test('without heartbeat stays open in silence', async () => {
    const publisher = await openPublisher();
    const proxy = await TcpProxy.start({ port: publisher.port });
    cleanups.push(() => proxy.close());
    const endpoint = [`tcp://127.0.0.1:${proxy.port}`];
    const { source } = createSource({ endpoint, heartbeatMs: 0 });
    await connect(source);
    await publisher.waitForSubscriptions(2);
    const passed = proxy.counters.bytesToTarget;
    const reading = startReading(source);
    await publisher.send(KEY, 'only');
    await reading.waitForCount(1);
    expect(proxy.counters.bytesToTarget).toBe(passed);
  });

  test('cut in the middle of a message loses that one and goes on', async () => {
    const publisher = await openPublisher();
    const proxy = await TcpProxy.start({ port: publisher.port });
    cleanups.push(() => proxy.close());
    const { source, context } = createSource({ endpoint: [`tcp://127.0.0.1:${proxy.port}`] });
    const abort = new AbortController();
    const contents: string[] = [];
    const running = supervise(
      source,
      async (signal) => {
        for await (const batch of source.deliveries(signal)) {
          contents.push(...batch.map((each) => nativeOf(each).content));
        }
      },
      { clock: systemClock, random: () => 0, signal: abort.signal },
    );
    await publisher.waitForSubscriptions(2);
    await publisher.send(KEY, 'whole');
    await waitFor(() => contents.length === 1);
    const half = proxy.counters.bytesToClient + 5_000;
    proxy.setFaults({ cutAfter: { direction: 'toClient', bytes: half } });
    await publisher.send(KEY, 'x'.repeat(10_000));
    await waitFor(() => context.counts.get('lost') === 1);
    proxy.setFaults({});
    await publisher.waitForSubscriptions(4);
    await publisher.send(KEY, 'after');
    await waitFor(() => contents.includes('after'));
    expect(contents).toEqual(['whole', 'after']);
    abort.abort();
    await running;
  });
});

describe('several publishers', () => {
  test('are all heard, and one that is away delays nothing', async () => {
    const one = await openPublisher();
    const two = await openPublisher();
    const away = `tcp://127.0.0.1:${await freePort()}`;
    const { source } = createSource({ endpoint: [away, one.endpoint, two.endpoint] });
    await connect(source);
    await one.waitForSubscriptions(2);
    await two.waitForSubscriptions(2);
    const reading = startReading(source);
    await one.send(`${KEY}one`, 'x');
    await two.send(`${KEY}two`, 'x');
    await reading.waitForCount(2);
    expect([...reading.keys].sort()).toEqual([`${KEY}one`, `${KEY}two`]);
  });

  test('may lose one: the rest goes on, and it is heard again when it is back', async () => {
    const one = await openPublisher();
    const two = await openPublisher();
    const { source, context } = createSource({ endpoint: [one.endpoint, two.endpoint] });
    await connect(source);
    await one.waitForSubscriptions(2);
    await two.waitForSubscriptions(2);
    const reading = startReading(source);
    await one.stop();
    await waitFor(() => context.counts.get('lost') === 1);
    await two.send(`${KEY}two`, 'x');
    await reading.waitForCount(1);
    await one.bind();
    await one.waitForSubscriptions(2);
    await one.send(`${KEY}one`, 'x');
    await reading.waitForCount(2);
    expect(reading.failure).toBeUndefined();
  });

  test('get a new socket where the old one does not come back', async () => {
    const one = await openPublisher();
    const two = await openPublisher();
    const proxy = await TcpProxy.start({ port: one.port });
    cleanups.push(() => proxy.close());
    const { source, context } = createSource({
      endpoint: [`tcp://127.0.0.1:${proxy.port}`, two.endpoint],
    });
    await connect(source);
    await one.waitForSubscriptions(2);
    const reading = startReading(source);
    // What is accepted and not answered: ZeroMQ itself would wait for the handshake.
    proxy.setFaults({ drop: true });
    proxy.cut();
    await waitFor(() => context.counts.get('lost') === 1);
    const connections = proxy.counters.connectionsTotal;
    await waitFor(() => proxy.counters.connectionsTotal > connections + 1, {
      timeoutMs: 3 * REBUILD_AFTER_MS,
    });
    proxy.setFaults({});
    await one.waitForSubscriptions(4);
    await one.send(KEY, 'back');
    await reading.waitForCount(1);
  });

  test('are lost when the last one is lost', async () => {
    const one = await openPublisher();
    const two = await openPublisher();
    const { source } = createSource({ endpoint: [one.endpoint, two.endpoint] });
    await connect(source);
    await one.waitForSubscriptions(2);
    await two.waitForSubscriptions(2);
    const reading = startReading(source);
    await one.stop();
    await two.stop();
    const code = 'VIA_OPENNEBULA_CONNECTION_LOST';
    expect(await reading.waitForFailure()).toMatchObject({ code });
  });
});

describe('CURVE', () => {
  test('encrypts where the publisher offers it', async () => {
    const server = curveKeyPair();
    const publisher = await openPublisher({ curveServer: true, curveSecretKey: server.secretKey });
    const own = curveKeyPair();
    for (const keys of [{}, own]) {
      const curve = { serverKey: server.publicKey, ...keys };
      const before = publisher.subscribed;
      const { source } = createSource({ endpoint: [publisher.endpoint], curve });
      await connect(source);
      await publisher.waitForSubscriptions(before + 2);
      await publisher.send(KEY, 'secret');
      await startReading(source).waitForCount(1);
    }
  });

  test('does not connect with the wrong key, nor without any', async () => {
    const { secretKey } = curveKeyPair();
    const publisher = await openPublisher({ curveServer: true, curveSecretKey: secretKey });
    const endpoint = [publisher.endpoint];
    const curve = { serverKey: curveKeyPair().publicKey };
    for (const config of [{ endpoint, curve }, { endpoint }]) {
      const { source } = createSource({ ...config, connectTimeoutMs: 3_000 });
      const error = await connect(source).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'VIA_OPENNEBULA_UNREACHABLE' });
      expect(String(error)).toMatch(/CURVE|handshake/);
    }
  });

  test('refuses a key that is none, without printing it', async () => {
    const curve = { serverKey: 'short', publicKey: 'p', secretKey: 'hush-hush' };
    const { source } = createSource({ curve });
    const error = await connect(source).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'VIA_OPENNEBULA_ENDPOINT_INVALID', kind: 'permanent' });
    expect(String(error)).not.toContain('hush');
  });
});

function nativeOf(delivery: Delivery<OpennebulaMessage> | undefined): OpennebulaMessage {
  if (delivery && 'native' in delivery) return delivery.native;
  throw new Error('a native message was expected');
}

function malformedOf(delivery: Delivery<OpennebulaMessage> | undefined) {
  if (delivery && 'malformed' in delivery) return delivery.malformed;
  throw new Error('a malformed message was expected');
}
