/** States that are asked for, from a server on a real XML-RPC stack, beside real ZeroMQ. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testContext, waitFor, type TestContext } from '@viaduct/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { startPython } from '../../../tools/peers/python.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { opennebulaCodec, parseContent } from '../src/codec.ts';
import type { OpennebulaMessage } from '../src/message.ts';
import type { ResyncConfig } from '../src/resync/resync-config.ts';
import { ZeromqSource } from '../src/source.ts';
import { CONTEXT } from './corpus.ts';
import { FakeOned, type Served } from './fake-oned.ts';
import { Reading } from './reading.ts';
import { TestPublisher } from './zeromq-peers.ts';

requirePeer('python');
const PYTHON = startPython();
const SESSION = 'oneadmin:opennebula';
const KEY = 'EVENT STATE VM/ACTIVE/RUNNING/42 ';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The object of a message that the real driver published, as a pool lists it. */
function objectOf(fixture: string, element: string): string {
  const file = join(import.meta.dirname, `../fixtures/${fixture}.native.json`);
  const native = JSON.parse(readFileSync(file, 'utf8')) as OpennebulaMessage;
  const xml = parseContent(native.content);
  if (!xml.ok) throw new Error(xml.error.message);
  const from = xml.value.indexOf(`<${element}>`);
  return xml.value.slice(from, xml.value.lastIndexOf(`</${element}>`) + element.length + 3);
}

const VM = objectOf('vm-running.by-state', 'VM');
const POOLS = {
  'one.vmpool.info': [1, 2, 3, 4, 5].map((id) => VM.replace(/<ID>\d+<\/ID>/, `<ID>${id}</ID>`)),
  'one.hostpool.info': [objectOf('host-monitored.by-state', 'HOST')],
  'one.imagepool.info': [objectOf('image-ready.by-state', 'IMAGE')],
  'one.vnpool.info': [objectOf('net-ready.by-state', 'VNET')],
};

/** Without a session of its own where that is `undefined`. */
type Overrides = Omit<Partial<ResyncConfig>, 'session'> & { readonly session?: undefined };

interface Opened {
  readonly oned: FakeOned;
  readonly publisher: TestPublisher;
  readonly source: ZeromqSource;
  readonly reading: Reading;
  readonly context: TestContext;
}

async function open(served: Served, config: Overrides = {}): Promise<Opened> {
  const oned = await FakeOned.start(PYTHON, { session: SESSION, pools: POOLS, ...served });
  cleanups.push(() => oned.stop());
  const publisher = await TestPublisher.open();
  cleanups.push(() => publisher.stop());
  const context = testContext();
  const session = 'session' in config ? {} : { session: SESSION };
  const { session: _, ...rest } = config;
  const resync = { url: oned.url, intervalMs: 1, ...session, ...rest };
  const source = new ZeromqSource({ endpoint: [publisher.endpoint], resync }, context);
  cleanups.push(() => source.close());
  await source.connect(new AbortController().signal);
  await publisher.waitForSubscriptions(2);
  const reading = new Reading(source);
  cleanups.push(() => reading.stop());
  return { oned, publisher, source, reading, context };
}

function decoded(reading: Reading) {
  return reading.deliveries.map((delivery) => {
    if (!('native' in delivery)) throw new Error('malformed');
    const events = opennebulaCodec.decode(delivery.native, CONTEXT);
    if (!events.ok) throw new Error(events.error.message);
    return events.value[0];
  });
}

describe('the states of all objects', () => {
  test('are asked for at the start, page by page, by calls that only read', async () => {
    const { oned, reading } = await open({}, { pageSize: 2 });
    await reading.waitForCount(8);
    expect(oned.calls).toEqual([
      { method: 'one.vmpool.info', params: [-2, 0, -2, -1] },
      { method: 'one.vmpool.info', params: [-2, 2, -2, -1] },
      { method: 'one.vmpool.info', params: [-2, 4, -2, -1] },
      { method: 'one.hostpool.info', params: [] },
      { method: 'one.imagepool.info', params: [-2, 0, -2] },
      { method: 'one.vnpool.info', params: [-2, 0, -2] },
    ]);
    const events = decoded(reading);
    expect(events.map((one) => one?.event.nativetype)).toEqual([
      ...Array.from({ length: 5 }, () => 'RESYNC VM/ACTIVE/RUNNING'),
      'RESYNC HOST/MONITORED',
      'RESYNC IMAGE/READY',
      'RESYNC NET/READY',
    ]);
    expect(events[0]).toMatchObject({
      event: { subject: 'compute/1', data: { state: { value: 'running' } } },
      facts: { family: 'resync', object: 'VM', id: '1', state: '3/3' },
    });
  });

  test('are asked for after a gap, and when the connection is back', async () => {
    const { oned, publisher, source, reading } = await open({}, { pools: ['host'] });
    await reading.waitForCount(1);
    source.resync();
    await reading.waitForCount(2);
    await publisher.stop();
    await reading.waitForFailure();
    await publisher.bind();
    await source.connect(new AbortController().signal);
    const again = new Reading(source);
    cleanups.push(() => again.stop());
    await again.waitForCount(1);
    expect(oned.calls).toHaveLength(3);
  });

  test('are not asked for on other occasions than those named', async () => {
    const { oned, publisher, source, reading } = await open({}, { on: ['gap'], pools: ['host'] });
    await publisher.send(KEY, 'PEhPT0s+');
    await reading.waitForCount(1);
    expect(oned.calls).toEqual([]);
    source.resync();
    await reading.waitForCount(2);
    expect(oned.calls).toHaveLength(1);
  });

  test('come after what has happened', async () => {
    const { publisher, reading, source } = await open({}, { on: ['gap'], pools: ['vm'] });
    await publisher.send(KEY, 'PEhPT0s+');
    source.resync();
    await reading.waitForCount(6);
    expect(reading.keys[0]).toBe(KEY);
  });
});

describe('a server of states', () => {
  test('that refuses is told of, and events go on', async () => {
    const { publisher, reading, context } = await open({ session: 'another:one' });
    await waitFor(() => context.counts.get('resync-failed') === 1);
    const [line] = context.logger.lines.filter(({ level }) => level === 'warn');
    expect(line).toMatchObject({ fields: { code: 'VIA_OPENNEBULA_RESYNC_REFUSED' } });
    expect(line?.message).toContain("User couldn't be authenticated");
    expect(JSON.stringify(context.logger.lines)).not.toContain(SESSION);
    await publisher.send(KEY, 'PEhPT0s+');
    await reading.waitForCount(1);
  });

  test('takes the session from a file, as it is at that time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'viaduct-resync-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const sessionFile = join(folder, 'one_auth');
    const { context, reading, source } = await open({}, { session: undefined, sessionFile });
    await waitFor(() => context.counts.get('resync-failed') === 1);
    expect(context.logger.messages('warn')[0]).toContain(sessionFile);
    await writeFile(sessionFile, `${SESSION}\n`);
    source.resync();
    await reading.waitForCount(8);
  });

  test('that is slow is given up after its time', async () => {
    const { context } = await open({ delay: 30 }, { timeoutMs: 200 });
    await waitFor(() => context.counts.get('resync-failed') === 1);
    expect(context.logger.messages('warn')[0]).toContain('no answer within 200 ms');
  });

  test('whose answer is too long is given up', async () => {
    const many = Array.from({ length: 100 }, () => VM);
    const { context } = await open(
      { pools: { ...POOLS, 'one.vmpool.info': many } },
      { answerBytesMax: 65_536 },
    );
    await waitFor(() => context.counts.get('resync-failed') === 1);
    expect(context.logger.messages('warn')[0]).toContain('longer than 65536 bytes');
  });
});
