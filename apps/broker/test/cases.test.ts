/** `viaduct test`: operators' cases through the real pipeline. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { viaduct, type Ended } from './viaduct-command.ts';

const FIXTURES = join(import.meta.dirname, '../../../packages');

const CONFIGURATION = `
sources:
  one: { adapter: opennebula, endpoint: 'tcp://127.0.0.1:2101', ignore: ['STATE HOST/*'] }
  nova: { adapter: oslo, url: '\${AMQP_URL}' }
sinks:
  bus: { adapter: cloudevents.http, url: 'http://127.0.0.1:9/' }
  nms: { adapter: snmp, target: '192.0.2.10:162', version: 2, community: public }
routes:
  - { name: all, from: one, to: bus }
  - { name: failed, match: { kind: compute, state: failed }, set: { message: '"!"' }, to: nms }
  - { name: broken, from: nova, when: 'attributes.vcpus > 2', to: bus }
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-cases-'));
  await writeFile(join(folder, 'viaduct.yaml'), CONFIGURATION);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const HEAD = `# Kept.
environment: { AMQP_URL: 'amqp://127.0.0.1/' }
cases:
`;

async function cases(text: string): Promise<void> {
  await writeFile(join(folder, 'viaduct.test.yaml'), `${HEAD}${text}`);
}

function run(...args: readonly string[]): Promise<Ended> {
  return viaduct(['test', ...args], { cwd: folder });
}

function fixture(dialect: string, name: string): string {
  return join(FIXTURES, dialect, 'fixtures', `${name}.native.json`);
}

const FAILED_VM = `
  - name: a machine that cannot boot
    # How it came.
    in:
      - source: one
        file: ${fixture('opennebula', 'vm-boot-failure.by-id')}
      - source: one
        after: 10ms
        file: ${fixture('opennebula', 'vm-boot-failure.by-state')}
`;

interface Told {
  readonly name: string;
  readonly ok: boolean;
  readonly out: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly deadLetters: readonly object[];
  readonly course: readonly string[];
  readonly differences: readonly { readonly where: string; readonly path: string }[];
}

async function told(): Promise<readonly Told[]> {
  const { stdout } = await run('--json');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
}

describe('viaduct test', { timeout: 60_000 }, () => {
  it('writes what came out with --update, keeps the rest, and then passes, twice alike', async () => {
    await cases(FAILED_VM);
    const before = await run();
    expect([before.code, before.stderr]).toEqual([1, '']);
    expect(before.stdout).toContain('sink nms, message 1 not expected');
    expect(before.stdout).toContain('1 case, 0 passed, 1 failed');
    expect((await run('--update')).code).toBe(0);
    const text = await readFile(join(folder, 'viaduct.test.yaml'), 'utf8');
    expect(text.startsWith(`${HEAD}${FAILED_VM.trimEnd()}\n    out:\n`)).toBe(true);
    const after = await run();
    expect([after.code, after.stdout]).toEqual([
      0,
      '✓ a machine that cannot boot\n1 case, 1 passed\n',
    ]);
    expect((await run('--update')).code).toBe(0);
    expect(await readFile(join(folder, 'viaduct.test.yaml'), 'utf8')).toBe(text);
  });

  it('runs trackers, alarms, filters, routes and reshaping as a broker does', async () => {
    await cases(`${FAILED_VM}
  - name: a host that nobody wants
    in: [{ source: one, file: ${fixture('opennebula', 'host-init.by-id')} }]
`);
    const [failed, host] = await told();
    // Two copies of one change are one event; the alarm is in what the bus gets.
    expect(failed?.out.bus).toHaveLength(1);
    expect(failed?.out.bus?.[0]).toMatchObject({ data: { alarm: { state: 'raised' } } });
    expect(JSON.stringify(failed?.out.nms)).toContain('"value":"!"');
    expect(JSON.stringify(failed?.out.bus)).not.toContain('"message":"!"');
    expect(host).toMatchObject({ ok: true, out: { bus: [], nms: [] } });
    expect(host?.course.join()).toContain('left out by "ignore"');
  });

  it('holds dead letters, any values, and sinks that nobody named to account', async () => {
    await cases(`
  - name: bytes that are no message
    in: [{ source: one, message: { key: 'EVENT STATE VM/ACTIVE/RUNNING/42 ', content: AAAA } }]
    deadLetters: [{ stage: decode, source: one, reason: <any> }]
  - name: a condition that cannot be answered
    in: [{ source: nova, text: '{"event_type": "compute.instance.exists", "payload": {}}' }]
    deadLetters: any
  - name: whatever the bus says
    in: [{ source: one, file: ${fixture('opennebula', 'vm-boot-failure.by-id')} }]
    out:
      bus: any
      nms: [{ version: v2c, pdu: trap, trapOid: <any>.0.104, varbinds: <any> }]
  - name: the bus is not named
    in: [{ source: one, file: ${fixture('opennebula', 'vm-boot-failure.by-id')} }]
    out: { nms: any }
`);
    const all = await told();
    expect(all.map(({ ok }) => ok)).toEqual([true, true, true, false]);
    expect(all.at(-1)?.differences.map(({ where }) => where)).toEqual([
      'sink bus, message 1 not expected',
    ]);
  });

  it('lets time pass without waiting', async () => {
    const file = fixture('opennebula', 'vm-boot-failure.by-id');
    await cases(`
  - name: copies within five seconds are one, later ones are not
    at: 2026-03-01T10:00:00Z
    in:
      - { source: one, file: ${file} }
      - { source: one, file: ${fixture('opennebula', 'vm-boot-failure.by-state')}, after: 4s }
      - { source: one, file: ${file}, at: '2026-03-08T10:00:00Z' }
    wait: 30d
    out: { bus: any, nms: any }
`);
    const started = performance.now();
    const [one] = await told();
    // What happened between the two was not heard: the tracker says so once the wait is over.
    expect(one?.out.bus?.map(({ time, nativetype }) => [time, nativetype])).toEqual([
      ['2026-03-01T10:00:00.000Z', 'STATE VM/ACTIVE/BOOT_FAILURE'],
      ['2026-03-08T10:00:00.000Z', 'STATE VM/ACTIVE/BOOT_FAILURE'],
      ['2026-03-08T10:00:05.250Z', 'viaduct.gap'],
    ]);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('says everything that is wrong with a file, each with its line', async () => {
    await cases(`
  - name: wrong
    in:
      - { source: on, text: '<a/>' }
      - { source: one }
      - { source: one, base64: '***' }
      - { source: one, file: nowhere.xml, after: soon }
    at: yesterday
    out: { bsu: nothing }
`);
    const { code, stdout, stderr } = await run();
    expect([code, stdout]).toEqual([2, '']);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.map((line) => line.split(': ').slice(0, 3).join(': '))).toEqual([
      'viaduct.test.yaml:7: cases[0].in[0].source: no source is named "on". Did you mean "one"? (VIA_BROKER_CASE)',
      'viaduct.test.yaml:8: cases[0].in[1]: there is no message. Write one of message, text, file, base64, hex. (VIA_BROKER_CASE)',
      'viaduct.test.yaml:9: cases[0].in[2].base64: it is not Base64. Write what "base64 -w0 FILE" prints. (VIA_BROKER_CASE)',
      expect.stringMatching(/^viaduct\.test\.yaml:10: cases\[0\]\.in\[3\]\.after/) as string,
      expect.stringMatching(/^viaduct\.test\.yaml:10: cases\[0\]\.in\[3\]\.file/) as string,
      expect.stringMatching(/^viaduct\.test\.yaml:11: cases\[0\]\.at/) as string,
      'viaduct.test.yaml:12: cases[0].out.bsu: no sink is named "bsu". Did you mean "bus"? (VIA_BROKER_CASE)',
    ]);
  });

  it('says what has the wrong form', async () => {
    await cases(`
  - nmae: wrong
    in: []
    out: { bus: nothin }
    deadLetters: [{ stgae: decode }]
`);
    const { code, stderr } = await run();
    expect(code).toBe(2);
    for (const part of [
      ':5: cases[0].nmae: unknown key "nmae". Did you mean "name"?',
      ':6: cases[0].in: an empty list',
      ':7: cases[0].out.bus: "nothin" is not one of the values allowed. Did you mean "nothing"?',
      ':8: cases[0].deadLetters[0].stgae: unknown key "stgae". Did you mean "stage"?',
    ]) {
      expect(stderr).toContain(part);
    }
  });

  it('colours nothing in a pipe, and runs what the filter names', async () => {
    await cases(FAILED_VM);
    const { stdout } = await run();
    expect(stdout).not.toContain('\x1b');
    const none = await run('--filter', 'nothing of the kind');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('no case has that in its name');
  });
});
