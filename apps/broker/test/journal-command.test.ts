import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CanonicalEvent } from '@viaduct/core';
import type { Journal } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../src/system-clock.ts';
import { viaduct } from './viaduct-command.ts';

const TIMEOUT_MS = 60_000;
const COUNT = 40;

let home: string;
let data: string;
let journal: Journal;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'viaduct-journal-command-'));
  data = join(home, 'data');
  journal = await openJournal({ clock: systemClock, folder: data, segmentBytes: 100_000 });
  await journal.subscribe('nms', 'start');
  for (let n = 0; n < COUNT; n += 1) {
    const native = { dialect: 'test', text: `<${n}>`.repeat(2000), redactions: [] };
    await journal.append([{ event: eventOf(n), source: 'one', targets: ['nms'], native }]);
  }
});

afterEach(async () => {
  await journal.close();
  await rm(home, { recursive: true, force: true });
});

function eventOf(n: number): CanonicalEvent {
  return {
    specversion: '1.0',
    id: `e${n}`,
    source: 'opennebula://one/vm',
    type: 'io.viaduct.compute.state',
    subject: `compute/${n}`,
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    dataschema: 'urn:viaduct:event-data:1',
    origin: 'opennebula',
    nativetype: 'VM/ACTIVE/RUNNING',
    partitionkey: `one/compute/${n}`,
    receivedtime: '2026-01-01T00:00:00.000Z',
    timesource: 'native',
    data: { resource: { kind: 'compute', id: `${n}` }, action: 'state' },
  };
}

const check = (...more: readonly string[]) =>
  viaduct(['journal', 'check', '--data', data, ...more]);

describe('viaduct journal check', () => {
  it(
    'finds a whole folder whole, beside its owner and after it',
    async () => {
      const beside = await check();
      expect(beside).toMatchObject({ code: 0, stderr: '' });
      expect(beside.stdout).toContain('data: whole\n40 entries in ');
      expect(beside.stdout).toContain('sink nms: 40 owed');
      await journal.close();
      const { code, stdout } = await check('--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ isWhole: true, entries: COUNT });
    },
    TIMEOUT_MS,
  );

  it(
    'names the positions that cannot be read, and ends with 1',
    async () => {
      await journal.close();
      const [first = ''] = readdirSync(data).filter((name) => name.startsWith('segment-'));
      writeFileSync(join(data, first), 'no segment any more');
      const { code, stdout } = await check();
      expect(code).toBe(1);
      expect(stdout).toMatch(/data: NOT WHOLE/);
      expect(stdout).toMatch(/segment-\d+\.db: positions 1 to \d+ \(\d+\) cannot be read: /);
      expect(stdout).toMatch(/sink nms: \d+ owed, 0 of them parked, up to \d+ of its entries/);
    },
    TIMEOUT_MS,
  );

  it(
    'says where there is no journal',
    async () => {
      const { code, stderr } = await viaduct(['journal', 'check', '--data', home]);
      expect(code).toBe(4);
      expect(stderr).toContain('VIA_JOURNAL_UNREADABLE');
    },
    TIMEOUT_MS,
  );
});

describe('viaduct journal backup', () => {
  it(
    'copies beside the running owner; a broker goes on from the copy; never over something',
    async () => {
      const target = join(home, 'backup');
      const backup = ['journal', 'backup', '--data', data, target];
      const { code, stdout, stderr } = await viaduct(backup);
      // How far it is is shown to people at a terminal only.
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`up to position ${COUNT}`);
      expect(stdout).toContain('backup: whole');
      const again = await viaduct(backup);
      expect(again.code).toBe(4);
      expect(again.stderr).toContain('VIA_JOURNAL_BACKUP_EXISTS');
      const copy = await openJournal({ clock: systemClock, folder: target });
      expect((await copy.subscribe('nms', 'start')).lag().pending).toBe(COUNT);
      await copy.close();
    },
    TIMEOUT_MS,
  );
});

describe('viaduct journal compact', () => {
  it(
    'refuses a folder with an owner, and leaves of a stopped one what is owed',
    async () => {
      const compact = ['journal', 'compact', '--data', data, '--keep-days', '0'];
      const owned = await viaduct(compact);
      expect(owned.code).toBe(4);
      expect(owned.stderr).toContain('VIA_JOURNAL_LOCKED');
      const nms = await journal.subscribe('nms', 'start');
      const claimed = await nms.claim(COUNT, AbortSignal.timeout(TIMEOUT_MS));
      await nms.settle(claimed.slice(0, -1).map(({ entry }) => entry.position));
      await journal.close();
      const { code, stdout } = await viaduct(compact);
      expect(code).toBe(0);
      expect(stdout).toMatch(/MiB: \d\d delivered entries less, \d+ segments removed/);
      expect((await check()).code).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe('viaduct journal repair', () => {
  it(
    'keeps what is whole of a damaged state file, and says what to send again',
    async () => {
      const repair = ['journal', 'repair', '--data', data];
      expect((await viaduct(repair)).stderr).toContain('VIA_JOURNAL_LOCKED');
      await journal.close();
      const whole = await viaduct(repair);
      expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('is whole')]);
      rmSync(join(data, 'state.db'));
      const refused = await openJournal({ clock: systemClock, folder: data }).catch(String);
      expect(refused).toContain('viaduct journal repair');
      const { code, stdout } = await viaduct(repair);
      expect(code).toBe(1);
      expect(stdout).toContain('lost: the state file is missing');
      expect(stdout).toContain('viaduct replay --from TIME --sink nms');
      const { stdout: events } = await viaduct(['events', '--data', data, '--max', '99', '--json']);
      expect(events.trim().split('\n')).toHaveLength(COUNT);
      expect((await check()).code).toBe(0);
    },
    TIMEOUT_MS,
  );
});
