/**
 * Secrets in everything that a cloud announces, well-formed, damaged and compressed: afterwards the
 * bytes of the data folder, of the log and of what the sinks were sent hold none of them.
 */
import { connect, type Channel } from 'amqplib';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { openJournalReader } from '@viaduct/journal/sqlite';
import { waitFor } from '@viaduct/testkit';
import { startPublisher } from '../../../../tools/peers/ruby.ts';
import { freshVhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker, type LiveBroker } from './live-broker.ts';
import { frames, withBody, withId } from './opennebula-messages.ts';

requirePeer('ruby');
requirePeer('rabbitmq');

const TIMEOUT_MS = 60_000;
/** New for each run, so that nothing but this run can have written it. */
const SECRET = `hush${randomBytes(12).toString('hex')}`;

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const LOGIN =
  '<HOOK_MESSAGE><HOOK_TYPE>API</HOOK_TYPE><CALL>one.user.login</CALL><CALL_INFO><RESULT>1</RESULT>' +
  '<PARAMETERS><PARAMETER><POSITION>2</POSITION><TYPE>OUT</TYPE>' +
  `<VALUE>${SECRET}</VALUE></PARAMETER></PARAMETERS><EXTRA></EXTRA></CALL_INFO></HOOK_MESSAGE>`;
const VM = withBody(withId(frames('vm-running.by-state'), 77), [
  '<TEMPLATE>',
  `<TEMPLATE><GRAPHICS><PASSWD><![CDATA[${SECRET}]]></PASSWD></GRAPHICS>` +
    `<CONTEXT><ROOT_PASSWORD><![CDATA[${SECRET}]]></ROOT_PASSWORD></CONTEXT>`,
]);

/** Events and bad input of OpenNebula, each with the secret somewhere. */
const FRAMES: readonly (readonly string[])[] = [
  ['EVENT API one.user.login 1', base64(LOGIN)],
  VM,
  // Cut off behind the secret.
  ['EVENT API one.user.login 1', base64(LOGIN.slice(0, LOGIN.indexOf(SECRET) + SECRET.length))],
  ['EVENT STATE VM/ACTIVE/RUNNING/7 ', base64(`<VM><PASSWORD>${SECRET}</PASSWORD><A>`)],
  // No base64 for its last character.
  ['EVENT STATE VM/ACTIVE/RUNNING/7 ', `${base64(`<VM><PASSWORD>${SECRET}</PASSWORD>`)}%`],
  // Key and content in one frame, as of a publisher that knows of no frames.
  [`EVENT API one.user.login 1 ${base64(LOGIN)}`],
  ['EVENT API one.user.login 1', base64(LOGIN), SECRET],
];

function notification(id: string): string {
  return (
    `{"message_id": "${id}", "publisher_id": "compute.host1", "priority": "INFO", ` +
    `"event_type": "compute.instance.update", "timestamp": "2026-01-01 00:00:00.000000", ` +
    `"_context_auth_token": "${SECRET}", "_context_service_catalog": [{"token": "${SECRET}"}], ` +
    `"payload": {"instance_id": "${id}", "state": "active", "admin_password": "${SECRET}"}}`
  );
}

/** Notifications and bad input of OpenStack, each with the secret somewhere. */
const BODIES: readonly (readonly [body: string | Buffer, compression?: string])[] = [
  [notification('plain')],
  [JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': notification('wrapped') })],
  [deflateSync(notification('packed')), 'gzip'],
  [notification('cut').slice(0, -40)],
  [`{"oslo.version": "9.0", "oslo.message": ${JSON.stringify(notification('newer'))}}`],
  [notification('large').replace('"payload"', `"padding": "${'x'.repeat(70_000)}", "payload"`)],
  [deflateSync(notification('broken')).subarray(0, -8), 'gzip'],
];
const GOOD = ['plain', 'wrapped', 'packed'];
/** What cannot be decoded. */
const LETTERS = [
  'nova VIA_AMQP_MESSAGE_TOO_LARGE',
  'nova VIA_OSLO_BODY_NOT_JSON',
  'nova VIA_OSLO_COMPRESSION_BROKEN',
  'nova VIA_OSLO_ENVELOPE_VERSION',
  'one VIA_OPENNEBULA_BODY_INCOMPLETE',
  'one VIA_OPENNEBULA_BODY_NOT_XML',
  'one VIA_OPENNEBULA_CONTENT_NOT_BASE64',
  'one VIA_OPENNEBULA_FRAMES_WRONG',
  'one VIA_OPENNEBULA_FRAMES_WRONG',
];

describe('secrets that the clouds announce', () => {
  it('are in no file of the broker, in no line of its log, and in nothing it sends', async () => {
    const vhost = await freshVhost();
    cleanups.push(() => vhost.drop());
    const rabbitmq = await connect(vhost.url);
    cleanups.push(() => rabbitmq.close());
    const channel = await rabbitmq.createChannel();
    const arrived = await collect(channel);
    const publisher = await startPublisher();
    cleanups.push(() => publisher.stop());
    const broker = await startBroker(
      `
sources:
  one: { adapter: opennebula, endpoint: "${publisher.endpoint}" }
  nova: { adapter: oslo, url: "${vhost.url}", exchanges: [nova], messageBytesMax: 65536 }
sinks: { bus: { adapter: oslo, url: "${vhost.url}", exchange: out } }
routes: [{ from: "*", to: bus }]
`,
      ['one', 'nova', 'bus'],
    );
    cleanups.push(() => broker.remove());
    let attempt = 0;
    await until('a first event', () => {
      attempt += 1;
      publisher.publish(...withId(frames('vm-running.by-state'), 9_000 + attempt));
      return arrived.length > 0;
    });

    for (const message of FRAMES) publisher.publish(...message);
    for (const [body, compression] of BODIES) {
      channel.publish('nova', 'notifications.info', Buffer.from(body), {
        contentType: 'application/json',
        headers: compression === undefined ? {} : { compression: 'application/x-gzip' },
      });
    }
    const all = (): string => arrived.join('\n');
    await until('the good ones', () => GOOD.every((id) => all().includes(`\\"${id}\\"`)));
    await until(
      'the login and the machine',
      () => all().includes('request.login') && all().includes('\\"77\\"'),
    );
    await expectStored(broker);
    expect(all()).not.toContain(SECRET);
    expect(await broker.stop()).toBe(0);
    expect(JSON.stringify(broker.log())).not.toContain(SECRET);
    expectNotOnDisk(join(broker.folder, 'data'));
  });
});

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  await waitFor(holds, { timeoutMs: TIMEOUT_MS, what });
}

async function collect(channel: Channel): Promise<readonly string[]> {
  const arrived: string[] = [];
  await channel.assertExchange('nova', 'topic', { durable: false });
  await channel.assertExchange('out', 'topic', { durable: false });
  await channel.assertQueue('collector');
  await channel.bindQueue('collector', 'out', 'notifications.*');
  await channel.consume('collector', (message) => arrived.push(String(message?.content)), {
    noAck: true,
  });
  return arrived;
}

/** It is all there, redacted, so that its absence is no accident. */
async function expectStored(broker: LiveBroker): Promise<void> {
  const reader = await openJournalReader(join(broker.folder, 'data'));
  try {
    await until(
      'the dead letters',
      async () => (await reader.deadLetters.count()) >= LETTERS.length,
    );
    const letters = await reader.deadLetters.list({}, 100);
    expect(letters.map(({ source, code }) => `${source} ${code}`).sort()).toEqual(LETTERS);
    const entries = await reader.read(undefined, 1_000);
    const redacted = entries.filter(({ native }) => (native?.redactions.length ?? 0) > 0);
    expect(redacted.length).toBeGreaterThanOrEqual(GOOD.length + 2);
  } finally {
    await reader.close();
  }
}

/** Neither in the clear nor in base64, wherever in it the secret begins. */
function expectNotOnDisk(folder: string): void {
  const forms = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(`${'x'.repeat(shift)}${SECRET}`).toString('base64');
    // Without what the neighbours of the secret decide.
    return encoded.slice(4, -4);
  });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const file of files.filter((entry) => entry.isFile())) {
    const content = readFileSync(join(file.parentPath, file.name));
    bytes += content.length;
    for (const form of [SECRET, ...forms]) {
      expect(content.includes(form), `${file.name} holds ${form}`).toBe(false);
    }
  }
  expect(bytes).toBeGreaterThan(10_000);
}
