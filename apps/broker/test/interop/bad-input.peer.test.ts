/**
 * Everything hostile or wrong at once, on real peers: what one source is sent, or one sink runs
 * into, disturbs no other, and each ends as a dead letter or as one line in the log.
 */
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournalReader } from '@viaduct/journal/sqlite';
import { waitFor } from '@viaduct/testkit';
import { freePort } from '../../../../tools/peers/free-port.ts';
import { startPublisher, type RubyPublisher } from '../../../../tools/peers/ruby.ts';
import { freshVhost, type Vhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker, type LiveBroker } from './live-broker.ts';
import { frames, withId } from './opennebula-messages.ts';

requirePeer('ruby');
requirePeer('rabbitmq');

const TIMEOUT_MS = 60_000;
const MESSAGE_BYTES_MAX = 1_048_576;
const KEY = 'EVENT STATE VM/ACTIVE/RUNNING/13 ';

const cleanups: (() => Promise<void>)[] = [];
let vhost: Vhost;
let rabbitmq: ChannelModel;
let channel: Channel;
const arrived: string[] = [];

beforeEach(async () => {
  vhost = await freshVhost();
  cleanups.push(() => vhost.drop());
  rabbitmq = await connect(vhost.url);
  cleanups.push(() => rabbitmq.close());
  channel = await rabbitmq.createChannel();
  await channel.assertExchange('nova', 'topic', { durable: false });
  await channel.assertExchange('out', 'topic', { durable: false });
  // What an operator finds who has named the wrong one.
  await channel.assertExchange('direct', 'direct', { durable: false });
  await channel.assertExchange('kept', 'topic', { durable: true });
  await channel.assertQueue('collector');
  await channel.bindQueue('collector', 'out', 'notifications.*');
  arrived.length = 0;
  await channel.consume('collector', (message) => arrived.push(String(message?.content)), {
    noAck: true,
  });
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');
const state = (vm: string): string =>
  `<HOOK_MESSAGE><HOOK_TYPE>STATE</HOOK_TYPE><HOOK_OBJECT>VM</HOOK_OBJECT>${vm}</HOOK_MESSAGE>`;
const BOMB =
  '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
  state('<VM>&b;</VM>');

/** What is sent to the source `one`, and what its dead letter says. */
const HOSTILE_FRAMES: readonly (readonly [code: string, ...frames: (string | Uint8Array)[]])[] = [
  ['VIA_OPENNEBULA_FRAMES_WRONG', KEY],
  ['VIA_OPENNEBULA_FRAMES_WRONG', KEY, base64(state('<VM></VM>')), 'a third'],
  ['VIA_OPENNEBULA_CONTENT_NOT_BASE64', KEY, '%%% no base64 %%%'],
  ['VIA_OPENNEBULA_BODY_NOT_XML', KEY, base64(state('<VM><ID>13'))],
  ['VIA_OPENNEBULA_BODY_REFUSED', KEY, base64(BOMB)],
  ['VIA_OPENNEBULA_BODY_REFUSED', KEY, base64(state('<A>'.repeat(5_000) + '</A>'.repeat(5_000)))],
  ['VIA_OPENNEBULA_BODY_NOT_UTF8', KEY, base64(Uint8Array.of(0x3c, 0xff, 0xfe, 0x3e))],
  ['VIA_OPENNEBULA_CONTENT_TOO_LARGE', KEY, 'A'.repeat(2 * MESSAGE_BYTES_MAX)],
];

/** What is sent to the source `nova`, and what its dead letter says. */
const HOSTILE_BODIES: readonly (readonly [code: string, body: string | Uint8Array])[] = [
  ['VIA_OSLO_BODY_NOT_JSON', '{"event_type": "compute.instance.update", '],
  ['VIA_OSLO_BODY_NOT_UTF8', Uint8Array.of(0x7b, 0xff, 0x7d)],
  ['VIA_OSLO_BODY_TOO_DEEP', `{"payload": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
  ['VIA_OSLO_ENVELOPE_VERSION', '{"oslo.version": "3.0", "oslo.message": "{}"}'],
  ['VIA_OSLO_NOT_A_NOTIFICATION', '[1, 2, 3]'],
  ['VIA_AMQP_MESSAGE_TOO_LARGE', `{"payload": "${'x'.repeat(2 * MESSAGE_BYTES_MAX)}"}`],
];

describe('a broker among hostile and broken peers', () => {
  it('delivers every good event, keeps every bad one as a dead letter, and says each trouble', async () => {
    const [one, two] = [await publisher(), await publisher()];
    const taken = await occupiedPort();
    const broker = await startBroker(configuration(one, two, taken, await freePort()), [
      'one',
      'two',
      'nova',
      'bus',
    ]);
    cleanups.push(() => broker.remove());
    await hearsBoth(one, two);

    const good: string[] = [];
    HOSTILE_FRAMES.forEach(([, ...hostile], index) => {
      one.publish(...hostile);
      for (const [cloud, from] of [one, two].entries()) {
        const id = 5_000 + 100 * cloud + index;
        from.publish(...withId(frames('vm-running.by-state'), id));
        good.push(String(id));
      }
    });
    HOSTILE_BODIES.forEach(([, body], index) => {
      publish(body);
      publish(notification(`instance-${String(index)}`));
      good.push(`instance-${String(index)}`);
    });
    publish(notification('polluter', '"__proto__": {"polluted": 1}, "constructor": 1,'));
    good.push('polluter');

    const missing = (): readonly string[] =>
      good.filter((id) => !arrived.some((body) => body.includes(`\\"${id}\\"`)));
    await waitFor(() => missing().length === 0, { timeoutMs: TIMEOUT_MS, what: 'the good events' })
      // Which ones says more than the time-out.
      .catch(() => expect(missing()).toEqual([]));
    await expectLetters(broker);
    await expectTroubles(broker);
    expect(await broker.stop()).toBe(0);
    // All of it was acknowledged: bad input never comes again.
    expect((await channel.checkQueue('viaduct.nova')).messageCount).toBe(0);
  });
});

function configuration(
  one: RubyPublisher,
  two: RubyPublisher,
  taken: number,
  nobody: number,
): string {
  const wrong = vhost.url.replace('guest:guest', 'guest:hunter2');
  const max = String(MESSAGE_BYTES_MAX);
  return `
sources:
  one: { adapter: opennebula, endpoint: "${one.endpoint}", messageBytesMax: ${max} }
  two: { adapter: opennebula, endpoint: "${two.endpoint}" }
  nova: { adapter: oslo, url: "${vhost.url}", exchanges: [nova], messageBytesMax: ${max} }
  locked: { adapter: oslo, url: "${wrong}", exchanges: [nova] }
  gone: { adapter: oslo, url: "amqp://127.0.0.1:${String(nobody)}/", exchanges: [nova] }
sinks:
  bus: { adapter: oslo, url: "${vhost.url}", exchange: out }
  type: { adapter: oslo, url: "${vhost.url}", exchange: direct }
  flags: { adapter: oslo, url: "${vhost.url}", exchange: kept }
  taken: { adapter: opennebula, bind: "tcp://127.0.0.1:${String(taken)}" }
routes: [{ from: "*", to: [bus, type, flags, taken] }]
`;
}

async function publisher(): Promise<RubyPublisher> {
  const started = await startPublisher();
  cleanups.push(() => started.stop());
  return started;
}

async function occupiedPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

/** A PUB socket drops what is published before the subscription arrived. */
async function hearsBoth(...publishers: readonly RubyPublisher[]): Promise<void> {
  for (const [cloud, from] of publishers.entries()) {
    let attempt = 0;
    await waitFor(
      () => {
        attempt += 1;
        from.publish(...withId(frames('vm-running.by-state'), 9_000 + 100 * cloud + attempt));
        return arrived.some((body) => body.includes(`\\"9${String(cloud)}`));
      },
      { timeoutMs: TIMEOUT_MS, what: 'a first event of each cloud' },
    );
  }
}

function publish(body: string | Uint8Array): void {
  channel.publish('nova', 'notifications.info', Buffer.from(body), {
    contentType: 'application/json',
  });
}

function notification(id: string, more = ''): string {
  return (
    `{"message_id": "${id}", "publisher_id": "compute.host1", "priority": "INFO", ` +
    `"event_type": "compute.instance.update", "timestamp": "2026-01-01 00:00:00.000000", ` +
    `"payload": {${more} "instance_id": "${id}", "state": "active"}}`
  );
}

async function expectLetters(broker: LiveBroker): Promise<void> {
  const reader = await openJournalReader(join(broker.folder, 'data'));
  try {
    const codesOf = async (source: string): Promise<readonly string[]> =>
      (await reader.deadLetters.list({ source }, 100)).map(({ code }) => code).sort();
    const wanted = (bad: readonly (readonly [code: string, ...unknown[]])[]): readonly string[] =>
      bad.map(([code]) => code).sort();
    await waitFor(
      async () =>
        (await reader.deadLetters.count()) >= HOSTILE_FRAMES.length + HOSTILE_BODIES.length,
      { timeoutMs: TIMEOUT_MS, what: 'the dead letters' },
    );
    expect(await codesOf('one')).toEqual(wanted(HOSTILE_FRAMES));
    expect(await codesOf('nova')).toEqual(wanted(HOSTILE_BODIES));
    expect(await codesOf('two')).toEqual([]);
    const letters = await reader.deadLetters.list({}, 100);
    for (const { reason, original } of letters) {
      expect(reason).not.toBe('');
      expect(original?.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(original?.bytes).toBeGreaterThan(0);
    }
  } finally {
    await reader.close();
  }
}

/** Each peer that is wrong: said by name, with its code, and not over and over. */
async function expectTroubles(broker: LiveBroker): Promise<void> {
  const troubles = [
    ['source', 'locked', 'VIA_AMQP_LOGIN_REFUSED'],
    ['source', 'gone', 'VIA_AMQP_UNREACHABLE'],
    ['sink', 'type', 'VIA_AMQP_CLASH'],
    ['sink', 'flags', 'VIA_AMQP_CLASH'],
    ['sink', 'taken', 'VIA_OPENNEBULA_PORT_IN_USE'],
  ] as const;
  for (const [where, name, code] of troubles) {
    await broker.logged(
      `${name}: ${code}`,
      (line) => line[where] === name && line.code === code && String(line.msg).length > 20,
    );
    expect(broker.log().filter((line) => line[where] === name && line.code === code)).toHaveLength(
      1,
    );
  }
  for (const code of new Set([...HOSTILE_FRAMES, ...HOSTILE_BODIES].map(([one]) => one))) {
    await broker.logged(`a dead letter: ${code}`, (line) => line.code === code);
  }
  expect(JSON.stringify(broker.log())).not.toContain('hunter2');
}
