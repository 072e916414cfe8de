import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../src/adapters.ts';
import { cyclesOf, type Cycle } from '../src/config/cycles.ts';
import { loadConfiguration } from '../src/config/load-configuration.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-cycles-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function cycles(text: string): Promise<readonly Cycle[]> {
  const file = join(folder, 'viaduct.yaml');
  await writeFile(file, text);
  const loaded = await loadConfiguration(file, ADAPTERS, {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return cyclesOf(loaded.value);
}

const MQ = 'amqp://a:b@mq.example.org';

/** A source of each dialect, a sink that it hears, and one that it does not. */
const DIALECTS: Readonly<Record<string, readonly [string, string, string]>> = {
  oslo: [
    `{ adapter: oslo, url: "${MQ}/", topics: [notifications] }`,
    `{ adapter: oslo, url: "amqp://c:d@mq.example.org:5672", topic: notifications }`,
    `{ adapter: oslo, url: "${MQ}", topic: others }`,
  ],
  bonfire: [
    `{ adapter: bonfire, url: "${MQ}", routingKeys: [k] }`,
    `{ adapter: bonfire, url: "${MQ}", routingKey: k }`,
    `{ adapter: bonfire, url: "${MQ}", routingKey: another }`,
  ],
  cloudify: [
    `{ adapter: cloudify, url: "${MQ}" }`,
    `{ adapter: cloudify, url: "${MQ}/" }`,
    `{ adapter: cloudify, url: "amqp://a:b@other.example.org" }`,
  ],
  snmp: [
    '{ adapter: snmp, listen: "0.0.0.0:1162" }',
    '{ adapter: snmp, target: "127.0.0.1:1162", community: public }',
    '{ adapter: snmp, target: "192.0.2.10:162", community: public }',
  ],
  opennebula: [
    '{ adapter: opennebula, endpoint: "tcp://127.0.0.1:2111" }',
    '{ adapter: opennebula, bind: "tcp://localhost:2111" }',
    '{ adapter: opennebula, bind: "tcp://127.0.0.1:2112" }',
  ],
  'cloudevents.http': [
    '{ adapter: cloudevents.http, listen: "127.0.0.1:8081" }',
    '{ adapter: cloudevents.http, url: "http://localhost:8081/events" }',
    '{ adapter: cloudevents.http, url: "http://localhost:8082/events" }',
  ],
};

const NAMES = Object.keys(DIALECTS);

describe('a sink that is heard by a source of its own', () => {
  it.each(NAMES)('is found: %s', async (name) => {
    const [source = '', heard = '', unheard = ''] = DIALECTS[name] ?? [];
    const text = (sink: string) =>
      `sources: { in: ${source} }\nsinks: { out: ${sink} }\nroutes: [{ to: out }]\n`;
    expect(await cycles(text(heard))).toEqual([{ sink: 'out', source: 'in' }]);
    expect(await cycles(text(unheard))).toEqual([]);
  });
});

describe('a circle over two dialects', () => {
  const pairs = NAMES.flatMap((one) =>
    NAMES.filter((other) => other > one).map((other) => [one, other] as const),
  );

  it.each(pairs)('is found where both sinks are heard: %s and %s', async (one, other) => {
    const [oneIn = '', oneOut = '', oneElsewhere = ''] = DIALECTS[one] ?? [];
    const [otherIn = '', otherOut = ''] = DIALECTS[other] ?? [];
    const text = (sink: string) =>
      `sources: { a: ${oneIn}, b: ${otherIn} }\nsinks: { c: ${sink}, d: ${otherOut} }\n` +
      'routes: [{ from: a, to: d }, { from: b, to: c }]\n';
    expect(await cycles(text(oneOut))).toEqual([
      { sink: 'c', source: 'a' },
      { sink: 'd', source: 'b' },
    ]);
    expect(await cycles(text(oneElsewhere))).toEqual([]);
  });
});
