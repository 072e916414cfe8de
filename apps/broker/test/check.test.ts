import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../src/adapters.ts';
import { viaduct } from './viaduct-command.ts';

const examples = join(import.meta.dirname, '../../../examples');
const env = { AMQP_URL: 'amqp://user:hunter2@127.0.0.1:5672/', BUS_PASSWORD: 'hunter2' };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-check-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function check(text: string, ...options: readonly string[]) {
  const file = join(folder, 'viaduct.yaml');
  await writeFile(file, text);
  return viaduct(['check', ...options, file], { env });
}

describe('viaduct check', () => {
  it('finds every example good', async () => {
    const files = (await readdir(examples)).filter((name) => name.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(3);
    const checked = await Promise.all(
      files.map((name) => viaduct(['check', join(examples, name)], { env })),
    );
    for (const { code, stdout, stderr } of checked) {
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/: good: \d+ sources?, \d+ sinks?, \d+ routes?\n$/);
      expect(stdout).not.toContain('hunter2');
    }
  });

  it('prints every problem with file, line, path and advice, and exits 2', async () => {
    const { code, stdout } = await check(`
sources:
  one: { adapter: opennebula, endpont: "tcp://127.0.0.1:2101" }
sinks:
  osbus: { adapter: oslo, url: "\${NOWHERE}" }
routes:
  - { from: on, to: osbus }
`);
    expect(code).toBe(2);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/viaduct.yaml:3: sources.one.endpont: .*Did you mean "endpoint"\?/),
      expect.stringMatching(/viaduct.yaml:5: sinks.osbus.url: NOWHERE is not set\./),
      expect.stringMatching(/viaduct.yaml:7: routes\[0\].from\[0\]: .*Did you mean "one"\?/),
      expect.stringMatching(/viaduct.yaml: 3 problems$/),
    ]);
  });

  it('says which numbers are allowed, also where something else than a number stands', async () => {
    const { code, stdout } = await check(`
sinks:
  nms: { adapter: snmp, target: nms.example.org, version: 2c, community: public }
`);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /sinks.nms.version: "2c" is not a whole number. Write a whole number from 1 to 3\./,
    );
  });

  it('knows an address from what is none', async () => {
    const file = join(folder, 'addresses.yaml');
    const sources = `  t: { adapter: snmp, listen: ["127.0.0.1:99999", "[::1]:1162", "::"] }
  a: { adapter: cloudevents.http, listen: "127.0.0.1:65536" }
  b: { adapter: cloudevents.http, listen: "[::1]:8081" }
  c: { adapter: cloudevents.http, listen: "127.0.0.1" }`;
    const sinks = `  n: { adapter: snmp, target: "[nms]:162" }
  m: { adapter: snmp, target: nms.example.org }`;
    const text = `sources:\n${sources}\nsinks:\n${sinks}\nroutes: [{ to: [n, m] }]\n`;
    await writeFile(file, `broker: { data: ./data }\n${text}`);
    const { code, stdout } = await viaduct(['check', '-c', file]);
    const places = stdout.match(/(?<=:\d+: )(?:sources|sinks)[^ ]*(?=:)/g);
    expect([code, places]).toEqual([
      2,
      ['sources.t.listen[0]', 'sources.a.listen', 'sources.c.listen', 'sinks.n.target'],
    ]);
  });

  it('advises on what is valid and will surprise', async () => {
    const { code, stdout } = await check(`
broker: { admin: { listen: "0.0.0.0:8080", tokens: [{ name: a, token: "\${ADMIN_TOKEN:-0123456789abcdefghijkl}" }] } }
sources:
  one: { adapter: opennebula }
  stack: { adapter: oslo, url: "amqp://guest:hunter2@rabbit.example.org/" }
sinks:
  hooks: { adapter: opennebula }
  other: { adapter: opennebula }
  idle: { adapter: opennebula, bind: "tcp://127.0.0.1:2199" }
routes:
  - { from: one, to: [hooks, other] }
`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/viaduct.yaml:2: broker.admin.listen: advice: Tokens .*unencrypted/);
    expect(stdout).toMatch(/:5: sources.stack: advice: No route comes from this source/);
    expect(stdout).toMatch(/:5: sources.stack.url: advice: .*guest/);
    expect(stdout).toMatch(/:7: sinks.hooks: advice: Port 2101 .*"one"/);
    expect(stdout).toMatch(/:8: sinks.other: advice: The sink "hooks" listens on port 2101 too/);
    expect(stdout).toMatch(/:9: sinks.idle: advice: No route leads to this sink/);
    expect(stdout).not.toContain('hunter2');
  });

  it('warns of routes that lead in a circle, and only of those', async () => {
    const circle = (topic: string) => `
sources:
  one: { adapter: opennebula }
  stack: { adapter: oslo, url: "amqp://a:b@127.0.0.1/", exchanges: openstack, topics: [t, u] }
sinks:
  osbus: { adapter: oslo, url: "amqp://c:d@127.0.0.1", topic: ${topic} }
routes:
  - { from: one, to: osbus }
  - { from: "st*", to: osbus }
`;
    const { code, stdout } = await check(circle('u'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/:6: sinks.osbus: advice: .*comes back through the source "stack"/);
    expect((await check(circle('other'))).stdout).not.toContain('comes back');
  });

  it('gives one object with --json', async () => {
    const { code, stdout } = await check('sources: 5\n', '--json');
    expect(code).toBe(2);
    const answer = JSON.parse(stdout) as { readonly problems: readonly object[] };
    expect(answer).toMatchObject({ ok: false, advice: [] });
    expect(answer.problems).toContainEqual(
      expect.objectContaining({ code: 'VIA_BROKER_CONFIG_VALUE', line: 1, path: 'sources' }),
    );
  });

  it('says where the journal could not be written', async () => {
    const { stdout } = await check(`
broker: { data: ./viaduct.yaml/data }
sources: { one: { adapter: opennebula } }
sinks: { hooks: { adapter: opennebula, bind: "tcp://127.0.0.1:2199" } }
routes: [{ to: hooks }]
`);
    expect(stdout).toMatch(/:2: broker.data: advice: .*is no folder: the journal needs one/);
  });
});

describe('viaduct adapters', () => {
  it('lists kinds, stability, capabilities and options', async () => {
    const { code, stdout } = await viaduct(['adapters']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^opennebula \((experimental|beta|stable)\): /m);
    expect(stdout).toMatch(/^ {2}source oslo: /m);
    expect(stdout).toMatch(/confirmation peer/);
    expect(stdout).toMatch(/^ {6}url +list of text, required$/m);
  });

  it('gives one adapter a line with --json', async () => {
    const { stdout } = await viaduct(['adapters', '--json']);
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly name: string }).name);
    expect(names).toEqual(ADAPTERS.map(({ name }) => name));
  });
});
