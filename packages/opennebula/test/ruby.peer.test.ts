import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { supervise, type ConnectionState } from '@viaduct/core';
import { systemClock, testContext, waitFor } from '@viaduct/testkit';
import { afterEach, describe, expect, test } from 'vitest';

import {
  startPublisher,
  startSubscriber,
  type RubyPublisher,
  type RubySubscriber,
} from '../../../tools/peers/ruby.ts';
import { freePort } from '../../../tools/peers/free-port.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { OpennebulaSourceConfig } from '../src/config.ts';
import type { OpennebulaMessage } from '../src/message.ts';
import { ZeromqSink } from '../src/sink.ts';
import { ZeromqSource } from '../src/source.ts';
import { parcel } from './parcel.ts';
import { Reading } from './reading.ts';

requirePeer('ruby');

const PROBE = 'EVENT API probe 1';
const KEY = 'EVENT STATE VM/ACTIVE/RUNNING/42 ';
const never = new AbortController().signal;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Messages with the keys of the real driver; some bodies are as broken as it makes them. */
function realMessages(): readonly OpennebulaMessage[] {
  const folder = join(import.meta.dirname, '../fixtures');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.native.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as OpennebulaMessage)
    .filter(({ key }) => /^(EVENT|RETRY)/.test(key));
}

async function openPublisher(endpoint?: string): Promise<RubyPublisher> {
  const publisher = await startPublisher(endpoint);
  cleanups.push(() => publisher.stop());
  return publisher;
}

async function openReading(
  publisher: RubyPublisher,
  config: OpennebulaSourceConfig = {},
): Promise<Reading> {
  const source = new ZeromqSource({ endpoint: [publisher.endpoint], ...config }, testContext());
  cleanups.push(() => source.close());
  await source.connect(never);
  const reading = new Reading(source);
  cleanups.push(() => reading.stop());
  await waitFor(() => {
    publisher.publish(PROBE, '');
    return reading.deliveries.length > 0;
  });
  return reading;
}

/** What came since the probes. */
function afterProbes(reading: Reading): Reading['deliveries'] {
  return reading.deliveries.filter((each) => !('native' in each) || each.native.key !== PROBE);
}

describe('a source and a Ruby publisher', () => {
  test('agree on every message of the real driver', async () => {
    const messages = realMessages();
    expect(messages.length).toBeGreaterThan(10);
    const publisher = await openPublisher();
    const reading = await openReading(publisher, { subscribe: ['EVENT', 'RETRY'] });
    for (const { key, content } of messages) publisher.publish(key, content);
    await waitFor(() => afterProbes(reading).length === messages.length);
    expect(afterProbes(reading)).toMatchObject(messages.map((native) => ({ native })));
  });

  test('agree after a message of one frame and one of three', async () => {
    const publisher = await openPublisher();
    const reading = await openReading(publisher);
    publisher.publish(KEY);
    publisher.publish(KEY, 'x', 'y');
    publisher.publish(KEY, 'good');
    await waitFor(() => afterProbes(reading).length === 3);
    const code = 'VIA_OPENNEBULA_FRAMES_WRONG';
    expect(afterProbes(reading)).toMatchObject([
      { malformed: { error: { code } } },
      { malformed: { error: { code } } },
      { native: { key: KEY, content: 'good' } },
    ]);
  });

  test('find each other again after the publisher was killed and restarted', async () => {
    const publisher = await openPublisher();
    const context = testContext();
    const source = new ZeromqSource({ endpoint: [publisher.endpoint] }, context);
    const abort = new AbortController();
    const states: ConnectionState['state'][] = [];
    const contents: string[] = [];
    const running = supervise(
      source,
      async (signal) => {
        for await (const batch of source.deliveries(signal)) {
          for (const each of batch) if ('native' in each) contents.push(each.native.content);
        }
      },
      {
        clock: systemClock,
        random: Math.random,
        signal: abort.signal,
        onState: ({ state }) => states.push(state),
      },
    );
    cleanups.push(async () => {
      abort.abort();
      await running;
    });
    await waitFor(() => {
      publisher.publish(KEY, 'before');
      return contents.includes('before');
    });
    process.kill(publisher.pid, 'SIGKILL');
    await waitFor(() => states.includes('waiting'));
    const restarted = await openPublisher(publisher.endpoint);
    await waitFor(() => {
      restarted.publish(KEY, 'after');
      return contents.includes('after');
    });
    expect(states.filter((state) => state === 'connected')).toHaveLength(2);
  });
});

describe('a sink and a Ruby subscriber', () => {
  async function openSink(): Promise<{ sink: ZeromqSink; subscriber: RubySubscriber }> {
    const bind = `tcp://127.0.0.1:${await freePort()}`;
    const sink = new ZeromqSink({ bind }, testContext());
    cleanups.push(() => sink.close());
    await sink.connect(never);
    const subscriber = await startSubscriber(bind, ['EVENT']);
    cleanups.push(() => subscriber.stop());
    await waitFor(() => sink.subscriptions > 0);
    return { sink, subscriber };
  }

  test('agree on every message of the real driver', async () => {
    const messages = realMessages().filter(({ key }) => key.startsWith('EVENT'));
    const { sink, subscriber } = await openSink();
    const outcomes = await sink.send([parcel(...messages)], never);
    expect(outcomes).toEqual([{ kind: 'sent' }]);
    const received = await subscriber.waitForCount(messages.length);
    expect(received.map(({ key, content }) => ({ key, content }))).toEqual(
      messages.map(({ key, content }) => ({ key, content })),
    );
  });

  test('stay in step: it reads two frames at a time and never counts them', async () => {
    const { sink, subscriber } = await openSink();
    const natives = Array.from({ length: 3_000 }, (_, index) => ({
      key: `EVENT STATE VM/ACTIVE/RUNNING/${index} `,
      content: Buffer.from(`<HOOK_MESSAGE>${index}</HOOK_MESSAGE>`).toString('base64'),
    }));
    for (let at = 0; at < natives.length; at += 250) {
      const parcels = natives.slice(at, at + 250).map((native) => parcel(native));
      await sink.send(parcels, never);
    }
    const received = await subscriber.waitForCount(natives.length);
    expect(received.map(({ key, content }) => ({ key, content }))).toEqual(natives);
    expect(received[7]?.text).toBe('<HOOK_MESSAGE>7</HOOK_MESSAGE>');
  });
});
