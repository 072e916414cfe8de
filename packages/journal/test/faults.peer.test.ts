/**
 * The journal in a real process whose system calls are made to fail, by strace. An acknowledgement
 * is an obligation: what was acknowledged is there afterwards, whatever failed.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { checkJournal } from '@viaduct/journal/sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startTraced } from '../../../tools/peers/strace.ts';
import { systemClock } from './real-clock.ts';
import { folderPlace, type FolderPlace } from './sqlite-place.ts';

requirePeer('strace');

const CHILD = fileURLToPath(new URL('./fault-child.ts', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../fixtures/schema-1/killed', import.meta.url));
const COUNT = 40;
const TIMEOUT_MS = 240_000;

interface Told {
  readonly place: FolderPlace;
  readonly acked: readonly string[];
  /** Codes of the appends refused, in order. */
  readonly refused: readonly string[];
  /** What was said after the first refusal. */
  readonly after: readonly string[];
  /** The code with which it could not be opened at all. */
  readonly stopped: string | undefined;
}

/** Runs the child with a fault and gathers what it said. */
async function run(inject: string, from?: (folder: string) => void): Promise<Told> {
  const place = await folderPlace();
  onTestFinished(() => place.remove());
  from?.(place.folder);
  const node = [process.execPath, '--conditions=@viaduct/source', CHILD];
  const traced = startTraced([...node, place.folder, `${COUNT}`], { trace: [], inject: [inject] });
  await traced.ended;
  const lines = traced.output().trim().split('\n');
  const ids = (word: string): string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.split(' ').at(-1) ?? '');
  const firstRefused = lines.findIndex((line) => line.startsWith('refused '));
  return {
    place,
    acked: ids('acked'),
    refused: ids('refused'),
    after: firstRefused === -1 ? [] : lines.slice(firstRefused + 1),
    stopped: ids('stopped')[0],
  };
}

/** Opened by a healthy process: nothing acknowledged is missing, and all of it is still owed. */
async function expectAllThere({ place, acked, stopped }: Told): Promise<void> {
  // Where it could not even be begun there may be no journal yet.
  if (stopped === undefined) expect((await checkJournal(place.folder)).isWhole).toBe(true);
  const journal = await place.open({ clock: systemClock() });
  const stored = new Set((await journal.read(undefined, 1000)).map(({ event }) => event.id));
  expect(acked.filter((id) => !stored.has(id))).toEqual([]);
  const { gaps, damage } = await journal.stats();
  expect([gaps, damage]).toEqual([[], []]);
  await journal.close();
}

describe('a sync that fails', () => {
  it(
    'closes the journal for good: nothing is acknowledged after it, and nothing lost from before',
    async () => {
      const failed: Told[] = [];
      for (const nth of [12, 33, 55, 90]) {
        const told = await run(`fsync,fdatasync:error=EIO:when=${nth}`);
        await expectReopened(told);
        if (told.refused.length > 0) failed.push(told);
      }
      // The fault hit appends, not only the opening, or this proves nothing.
      expect(failed.length).toBeGreaterThan(1);
      for (const { refused, after } of failed) {
        expect(new Set(refused)).toEqual(new Set(['VIA_JOURNAL_FAILED']));
        expect(after.filter((line) => line.startsWith('acked'))).toEqual([]);
      }
    },
    TIMEOUT_MS,
  );
});

describe('a write that fails', () => {
  it(
    'with EIO closes the journal for good too',
    async () => {
      const failed: Told[] = [];
      for (const nth of [90, 131, 167]) {
        const told = await run(`pwrite64:error=EIO:when=${nth}`);
        await expectReopened(told);
        if (told.refused.length > 0) failed.push(told);
      }
      expect(failed.length).toBeGreaterThan(0);
      for (const { refused, after } of failed) {
        expect(new Set(refused)).toEqual(new Set(['VIA_JOURNAL_FAILED']));
        expect(after.filter((line) => line.startsWith('acked'))).toEqual([]);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'for want of room is told as such, and appends succeed again when there is room',
    async () => {
      const refused: Told[] = [];
      for (const some of ['100..112', '150..171']) {
        const told = await run(`pwrite64:error=ENOSPC:when=${some}`);
        await expectReopened(told);
        if (told.refused.length > 0) refused.push(told);
      }
      expect(refused.length).toBeGreaterThan(0);
      for (const told of refused) {
        expect(new Set(told.refused)).toEqual(new Set(['VIA_JOURNAL_DISK_FULL']));
        expect(told.after.filter((line) => line.startsWith('acked')).length).toBeGreaterThan(0);
      }
    },
    TIMEOUT_MS,
  );
});

/** Whatever it was, it had a code, and a folder that was opened at all can be opened again. */
async function expectReopened(told: Told): Promise<void> {
  if (told.stopped !== undefined) {
    expect(told.stopped).toMatch(/^VIA_JOURNAL_/);
    expect(told.acked).toEqual([]);
  }
  await expectAllThere(told);
}

describe('a migration', () => {
  it(
    'that is killed in the middle is done again from its beginning, and loses nothing',
    async () => {
      const killed: number[] = [];
      for (let nth = 6; nth <= 62; nth += 7) {
        const { acked, stopped, place } = await run(`pwrite64:signal=KILL:when=${nth}`, unpack);
        expect(stopped).toBeUndefined();
        if (acked.length === 0) killed.push(nth);
        const journal = await place.open({ clock: systemClock() });
        const kept = (await journal.read(undefined, 1000)).map(({ event }) => event.id);
        const written = JSON.parse(readFileSync(`${FIXTURE}.json`, 'utf8')) as {
          readonly entries: readonly (readonly [number, string])[];
          readonly letters: readonly unknown[];
          readonly gaps: readonly unknown[];
          readonly brokerId: string;
        };
        expect(kept.slice(0, written.entries.length)).toEqual(written.entries.map(([, id]) => id));
        expect(await journal.deadLetters.count()).toBe(written.letters.length);
        expect((await journal.stats()).gaps).toHaveLength(written.gaps.length);
        expect(journal.brokerId).toBe(written.brokerId);
        await journal.close();
      }
      expect(killed.length).toBeGreaterThan(3);
    },
    TIMEOUT_MS,
  );
});

function unpack(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(FIXTURE)) {
    const bytes = gunzipSync(readFileSync(join(FIXTURE, file)));
    writeFileSync(join(folder, file.replace(/\.gz$/, '')), bytes);
  }
}
