/** `viaduct test` with every dialect: raw bytes in, the exact messages of the wire out. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lineDifference } from '../src/cases/line-difference.ts';
import { viaduct, type Ended } from './viaduct-command.ts';

const FIXTURES = join(import.meta.dirname, '../../../packages');
const TEST_MS = 180_000;

const CONFIGURATION = `
sources:
  one: { adapter: opennebula, endpoint: 'tcp://127.0.0.1:2101' }
  nova: { adapter: oslo, url: 'amqp://127.0.0.1/' }
  bf: { adapter: bonfire, url: 'amqp://127.0.0.1/bonfire', routingKeys: [key] }
  flows: { adapter: cloudify, url: 'amqp://127.0.0.1/' }
  traps: { adapter: snmp, listen: '127.0.0.1:1162' }
  web: { adapter: cloudevents.http, listen: '127.0.0.1:8088' }
sinks:
  to-one: { adapter: opennebula, bind: 'tcp://127.0.0.1:2111' }
  to-nova: { adapter: oslo, url: 'amqp://127.0.0.1/' }
  to-bf: { adapter: bonfire, url: 'amqp://127.0.0.1/bonfire' }
  to-flows: { adapter: cloudify, url: 'amqp://127.0.0.1/' }
  to-nms: { adapter: snmp, target: '192.0.2.10:162', version: 2, community: public }
  to-web: { adapter: cloudevents.http, url: 'http://127.0.0.1:9/' }
routes:
  - { to: [to-one, to-nova, to-bf, to-flows, to-nms, to-web] }
`;

/** coldStart (RFC 3418) of a v2c sender with the community "public", as a capture shows it. */
const COLD_START = `
        30 3c 02 01 01 04 06 70 75 62 6c 69 63 a7 2f 02
        01 01 02 01 00 02 01 00 30 24 30 0d 06 08 2b 06
        01 02 01 01 03 00 43 01 2a 30 13 06 0a 2b 06 01
        06 03 01 01 04 01 00 06 05 2b 06 01 06 03`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-dialects-'));
  await writeFile(join(folder, 'viaduct.yaml'), CONFIGURATION);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function run(...args: readonly string[]): Promise<Ended> {
  return viaduct(['test', ...args], { cwd: folder });
}

const hexOf = (text: string): string => Buffer.from(text).toString('hex');

/** A case for each dialect: its bytes, in one of the ways to write them. */
async function cases(): Promise<string> {
  const vm = join(FIXTURES, 'opennebula/fixtures/vm-boot-failure.by-id.native.json');
  const { content } = JSON.parse(await readFile(vm, 'utf8')) as { readonly content: string };
  const oslo = {
    'oslo.version': '2.0',
    'oslo.message': JSON.stringify({
      message_id: '9f1f5b1e-7b1a-4c8f-9d0e-3f6a2c4b8d10',
      publisher_id: 'compute.kvm07',
      event_type: 'compute.instance.create.error',
      priority: 'ERROR',
      payload: { instance_id: '42', state: 'error' },
      timestamp: '2026-01-01 00:00:00.000000',
    }),
  };
  const bonfire = {
    eventType: 'state.failed',
    objectType: 'compute',
    objectId: '/locations/uk/computes/42',
    timestamp: 1767225600,
  };
  const cloudify = {
    type: 'cloudify_event',
    event_type: 'workflow_failed',
    context: { deployment_id: 'web', execution_id: 'e1', workflow_id: 'install' },
    message: { text: 'failed', arguments: null },
    timestamp: '2026-01-01T00:00:00.000Z',
  };
  const cloudevent = { specversion: '1.0', id: 'a', source: '/b', type: 'c', data: { d: 1 } };
  const inputs: Readonly<Record<string, object>> = {
    'two frames of ZeroMQ': {
      source: 'one',
      message: { key: 'EVENT VM 42/ACTIVE/BOOT_FAILURE ', content },
    },
    'the body of a notification': { source: 'nova', hex: hexOf(JSON.stringify(oslo)) },
    'a body on RabbitMQ, with its routing key and headers': {
      source: 'bf',
      message: {
        exchange: 'experiments',
        routingKey: 'key',
        properties: { headers: { a: 'b' } },
        body: JSON.stringify(bonfire),
      },
    },
    'an event of a workflow': {
      source: 'flows',
      base64: Buffer.from(JSON.stringify(cloudify)).toString('base64'),
    },
    'a datagram': { source: 'traps', hex: COLD_START },
    'an event by HTTP': { source: 'web', text: JSON.stringify(cloudevent) },
  };
  return dump({ cases: Object.entries(inputs).map(([name, input]) => ({ name, in: [input] })) });
}

it(
  'takes raw bytes at every source and holds every sink to its exact messages',
  async () => {
    const file = join(folder, 'viaduct.test.yaml');
    await writeFile(file, await cases());
    const updated = await run('--update');
    expect([updated.code, updated.stderr]).toEqual([0, '']);
    expect(updated.stdout).toContain('6 cases, 0 passed, 6 updated');
    expect(updated.stdout).not.toContain('dead letters');
    const written = await readFile(file, 'utf8');
    for (const part of ['content:', 'headers:', 'routingKey: notifications.error', 'trapOid:']) {
      expect(written).toContain(part);
    }
    expect((await run()).stdout).toContain('6 cases, 6 passed');
    // One element of a long document, and one number: each alone is shown.
    await writeFile(file, written.replaceAll('<NAME>web-frontend-01</NAME>', '<NAME>web</NAME>'));
    const { code, stdout } = await run('--filter', 'ZeroMQ');
    expect(code).toBe(1);
    expect(stdout).toContain('      - <NAME>web</NAME>\n      + <NAME>web-frontend-01</NAME>\n');
    expect(stdout.split('\n').length).toBeLessThan(30);
  },
  TEST_MS,
);

it(
  'says where bytes are not hexadecimal',
  async () => {
    const text = `cases: [{ name: a, in: [{ source: traps, hex: '30 2' }] }]`;
    await writeFile(join(folder, 'viaduct.test.yaml'), text);
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is not hexadecimal')]);
  },
  TEST_MS,
);

it('shows two lines around each place that differs, and not what lies between', () => {
  const expected = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const actual = ['a', 'B', 'c', 'd', 'e', 'f', 'g', 'h'];
  expect(lineDifference(expected, actual).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    ...['both a', 'expected b', 'actual B', 'both c', 'both d', 'left-out …', 'both g', 'both h'],
    'expected i',
  ]);
  expect(lineDifference(['x'], ['x'])).toEqual([]);
  const long = Array.from({ length: 2_000 }, (_, index) => `line ${String(index)}`);
  const other = long.map((line) => `${line}!`);
  expect(lineDifference(long, other)).toHaveLength(4_000);
});
