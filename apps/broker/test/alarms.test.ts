import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatMib } from '@viaduct/snmp';
import { waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Publisher } from 'zeromq';
import { freePort } from '../../../tools/peers/free-port.ts';
import { frames, type Frames, withBody } from './interop/opennebula-messages.ts';
import { type Running, startViaduct, viaduct } from './viaduct-command.ts';

const TIMEOUT_MS = 60_000;

let folder: string;
let running: Running | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-alarms-'));
});

afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  await rm(folder, { recursive: true, force: true });
});

/** A host that answers, or has stopped to. */
function host(isUp: boolean): Frames {
  const up = frames('host-monitored.by-state');
  if (isUp) return up;
  const [key, body] = withBody(
    up,
    ['<STATE>MONITORED</STATE>', '<STATE>ERROR</STATE>'],
    ['<STATE>2</STATE>', '<STATE>3</STATE>'],
  );
  return [key.replace('MONITORED', 'ERROR'), body];
}

async function listed(...args: readonly string[]) {
  const { code, stdout, stderr } = await viaduct(['alarms', '--json', ...args]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
}

describe('viaduct alarms', () => {
  it('lists what is active beside a running broker, and when it has stopped', async () => {
    const one = await freePort();
    const publisher = new Publisher({ linger: 0 });
    await publisher.bind(`tcp://127.0.0.1:${one}`);
    const file = join(folder, 'viaduct.yaml');
    await writeFile(
      file,
      `
broker: { data: ./data }
sources: { one: { adapter: opennebula, endpoint: "tcp://127.0.0.1:${one}" } }
sinks: { hooks: { adapter: opennebula, bind: "tcp://127.0.0.1:${await freePort()}" } }
routes: [{ from: one, to: hooks }]
`,
    );
    running = startViaduct(['run', file]);
    const isConnected = (): boolean =>
      running?.log().some(({ msg, source }) => msg === 'connected' && source === 'one') === true;
    await waitFor(isConnected, { timeoutMs: TIMEOUT_MS, what: 'the source' });

    let alarms: Awaited<ReturnType<typeof listed>> = [];
    // A subscription takes its time to arrive, and what is published before it is lost.
    const until = async (what: string, message: Frames, count: number): Promise<void> => {
      const isSo = async (): Promise<boolean> => {
        await publisher.send([...message]);
        alarms = await listed('-c', file);
        return alarms.length === count;
      };
      await waitFor(isSo, { timeoutMs: TIMEOUT_MS, what });
    };
    await until('the alarm', host(false), 1);
    const [alarm] = alarms;
    expect(alarm).toMatchObject({ source: 'one', severity: 'major', cause: 'ERROR' });
    expect(alarm?.key).toBe(`one/${alarm?.subject ?? ''}/state`);
    expect(Date.parse(alarm?.since ?? '')).toBeGreaterThan(0);

    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    expect(await listed('--data', join(folder, 'data'))).toEqual(alarms);
    const { stdout } = await viaduct(['alarms', file]);
    const [title, row = ''] = stdout.split('\n');
    expect(title).toMatch(/^SINCE +SEVERITY +SOURCE +SUBJECT +NAME +CAUSE$/);
    expect(row).toMatch(/^\S+Z +major +one +host\/\d+ +\S+ +ERROR$/);

    running = startViaduct(['run', file]);
    await waitFor(isConnected, { timeoutMs: TIMEOUT_MS, what: 'the source' });
    await until('the end of the alarm', host(true), 0);
    expect((await viaduct(['alarms', file])).stdout).toBe('No alarm is active.\n');
    publisher.close();
  }, 240_000);

  it('says so where there is no journal, and no configuration', async () => {
    const nowhere = await viaduct(['alarms', '--data', folder]);
    expect(nowhere.code).toBe(4);
    expect(nowhere.stderr).toMatch(/holds no journal \(VIA_JOURNAL_UNREADABLE\)\n$/);
    const without = await viaduct(['alarms', join(folder, 'absent.yaml')]);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('--data');
  });
});

describe('viaduct mib', () => {
  it('prints the module under any base, and nothing else', async () => {
    const { code, stdout, stderr } = await viaduct(['mib']);
    expect([code, stdout, stderr]).toEqual([0, formatMib(), '']);
    const base = '1.3.6.1.4.1.99999.7';
    const other = await viaduct(['mib', '--base', base]);
    expect(other.stdout).toBe(formatMib(base));
    expect(other.stdout).toContain('{ enterprises 99999 7 }');
  });

  it.each(['1.3.6.1.2.1', 'abc', '1.3.6.1.4.1.', ''])('refuses %j as a base', async (base) => {
    const { code, stdout, stderr } = await viaduct(['mib', '--base', base]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('VIA_BROKER_USAGE');
  });
});
