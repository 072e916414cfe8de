/**
 * Files damaged in every way that comes to mind: bytes flipped, overwritten, cut off, files gone.
 * Whatever comes out, what is read is what was written, and what is not is said: by an error with a
 * code, a gap, a dead letter, or a damaged position. The seed of a failing run is printed.
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalError, type Journal, type Position } from '@viaduct/journal';
import { checkJournal, openJournal, openJournalReader } from '@viaduct/journal/sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claim, claimIfAny, entryNamed, handClock } from '../src/contract/contract-bench.ts';
import { killWorker } from './sqlite-place.ts';

const COUNT = 60;
const SETTLED = 5;
/** Each opens a journal and its worker. More for a night: `VIADUCT_RUNS=5000`. */
const RUNS = Number(process.env.VIADUCT_RUNS ?? 60);
/** A case that failed, alone: `VIADUCT_SEED=-7 VIADUCT_PATH=57`, as fast-check prints them. */
const { VIADUCT_SEED: seed, VIADUCT_PATH: path = '' } = process.env;
const REPLAYED = seed === undefined ? {} : { seed: Number(seed), path };
const LIMITS = { segmentBytes: 256 * 1024 };

/** What the entry at a position was written with. */
const textOf = (position: number): string => `<${position}>`.repeat(3000);

/** One thing done to a file; places are fractions of its length. */
type Wound =
  | { readonly kind: 'flip'; readonly file: number; readonly at: number; readonly bit: number }
  | {
      readonly kind: 'overwrite';
      readonly file: number;
      readonly at: number;
      readonly with: number;
    }
  | { readonly kind: 'cut'; readonly file: number; readonly at: number }
  | { readonly kind: 'remove'; readonly file: number };

const file = fc.nat(99);
const at = fc.nat(99_999).map((n) => n / 100_000);
const wound: fc.Arbitrary<Wound> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('flip'), file, at, bit: fc.nat(7) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('overwrite'), file, at, with: fc.nat(255) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cut'), file, at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), file }) },
);

let scenes: string;

beforeAll(async () => {
  scenes = await mkdtemp(join(tmpdir(), 'viaduct-corruption-'));
  for (const end of ['closed', 'killed'] as const) await writeScene(join(scenes, end), end);
}, 60_000);

afterAll(() => rm(scenes, { recursive: true, force: true }));

/** Entries at positions 1 to 60 over several segments, all owed to `nms`, the first few settled. */
async function writeScene(folder: string, end: 'closed' | 'killed'): Promise<void> {
  const journal = await openJournal({ clock: handClock(), folder, ...LIMITS });
  const nms = await journal.subscribe('nms', 'start');
  for (let n = 1; n <= COUNT; n += 1) {
    const native = { dialect: 'test', text: textOf(n), redactions: [] };
    await journal.append([entryNamed(`e${n}`, ['nms'], { native })]);
    if (n !== SETTLED) continue;
    const claimed = await claim(nms, SETTLED);
    await nms.settle(claimed.map(({ entry }) => entry.position));
  }
  if (end === 'closed') return journal.close();
  await killWorker(journal);
}

/** Only files with something in them that a fault could hurt. */
async function woundable(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /\.db(-wal)?$|^answered$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function inflict(path: string, one: Wound): void {
  if (!existsSync(path)) return;
  if (one.kind === 'remove') {
    rmSync(path);
    return;
  }
  const bytes = readFileSync(path);
  const offset = Math.min(bytes.length - 1, Math.floor(bytes.length * one.at));
  if (one.kind === 'cut') {
    writeFileSync(path, bytes.subarray(0, offset));
    return;
  }
  if (bytes.length === 0) return;
  if (one.kind === 'flip') bytes[offset] = bytes[offset]! ^ (1 << one.bit);
  else bytes.fill(one.with, offset, Math.min(bytes.length, offset + 600));
  writeFileSync(path, bytes);
}

interface Found {
  readonly read: Set<number>;
  readonly damaged: Set<number>;
}

/** Reads on after damage; anything else than `VIA_JOURNAL_DAMAGED` with positions is thrown. */
async function readAll(from: Pick<Journal, 'read'>): Promise<Found> {
  const found: Found = { read: new Set(), damaged: new Set() };
  let after: Position | undefined;
  for (;;) {
    try {
      const page = await from.read(after, 25);
      if (page.length === 0) return found;
      for (const { position, event, native } of page) {
        if (position > COUNT) continue;
        expect([event.id, native?.text]).toEqual([`e${position}`, textOf(position)]);
        found.read.add(position);
      }
      after = page.at(-1)!.position;
    } catch (error) {
      if (!(error instanceof JournalError) || error.damaged === undefined) throw error;
      const { first, last } = error.damaged;
      for (let one = first; one <= Math.min(last, COUNT); one += 1) found.damaged.add(one);
      after = last as Position;
    }
  }
}

/** Everything `nms` is owed, one way or another, delivered or named as lost. */
async function accounted(journal: Journal): Promise<Set<number>> {
  const nms = await journal.subscribe('nms', 'start');
  const seen = new Set<number>();
  while (nms.lag().pending > 0) {
    const claimed = await claimIfAny(nms, 25);
    for (const { entry } of claimed) {
      expect([entry.event.id, entry.native?.text]).toEqual([
        `e${entry.position}`,
        textOf(entry.position),
      ]);
      seen.add(entry.position);
    }
    await nms.settle(claimed.map(({ entry }) => entry.position));
  }
  await nms.settle([]);
  for (const { reason } of await journal.deadLetters.list({}, 1000)) {
    seen.add(Number(/position (\d+) /.exec(reason)?.[1]));
  }
  for (const { first, last } of (await journal.stats()).gaps) {
    for (let one: number = first; one <= Math.min(last, COUNT); one += 1) seen.add(one);
  }
  return seen;
}

const missingIn = (...sets: readonly ReadonlySet<number>[]): number[] =>
  Array.from({ length: COUNT }, (_, index) => index + 1).filter(
    (position) => !sets.some((set) => set.has(position)),
  );

/** Opens what is left of a wounded copy and judges it; says how it came out. */
async function judge(folder: string): Promise<'refused' | 'whole' | 'reported'> {
  const reader = await openJournalReader(folder).catch(coded);
  if (reader !== undefined) {
    await readAll(reader).catch(coded);
    await reader.stats().catch(coded);
    await reader.close();
  }
  await checkJournal(folder).catch(coded);
  const journal = await openJournal({ clock: handClock(), folder, ...LIMITS }).catch(coded);
  if (journal === undefined) return 'refused';
  const outcome = await judgeOpen(journal);
  // Once more: what was found to be damaged is as damaged, and nobody minds what was made of it.
  const again = await openJournal({ clock: handClock(), folder, ...LIMITS });
  try {
    const found = await readAll(again);
    expect(missingIn(found.read, found.damaged)).toEqual([]);
    const [after] = await again.append([entryNamed('after', ['nms'])]);
    expect(after?.kind).toBe('appended');
  } finally {
    await again.close();
  }
  return outcome;
}

async function judgeOpen(journal: Journal): Promise<'whole' | 'reported'> {
  try {
    const { damage } = await journal.stats();
    const found = await readAll(journal);
    expect(missingIn(found.read, found.damaged)).toEqual([]);
    const owed = await accounted(journal);
    const settled = new Set(Array.from({ length: SETTLED }, (_, index) => index + 1));
    expect(missingIn(owed, settled)).toEqual([]);
    const [after] = await journal.append([entryNamed('after', ['nms'])]);
    expect(after?.kind === 'appended' && after.position).toBeGreaterThan(COUNT);
    if (found.damaged.size === 0) return 'whole';
    return damage.length > 0 ? 'reported' : 'whole';
  } finally {
    await journal.close();
  }
}

function coded(error: unknown): undefined {
  expect(error).toBeInstanceOf(JournalError);
  // A disk that fails closes the journal; a damaged file must not look like one.
  expect((error as JournalError).code).not.toBe('VIA_JOURNAL_FAILED');
}

describe.each(['closed', 'killed'])('a folder that was %s and then damaged', (end) => {
  it('gives back what was written, and says what it cannot', async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(wound, { minLength: 1, maxLength: 3 }), async (wounds) => {
        const folder = await mkdtemp(join(tmpdir(), 'viaduct-wounded-'));
        try {
          cpSync(join(scenes, end), folder, { recursive: true });
          const files = await woundable(folder);
          for (const one of wounds) inflict(files[one.file % files.length]!, one);
          const outcome = await judge(folder);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        } finally {
          await rm(folder, { recursive: true });
        }
      }),
      { numRuns: RUNS, endOnFailure: true, ...REPLAYED },
    );
    // Proof that the wounds were wounds, and that not everything ends in a refusal.
    expect(outcomes.get('reported') ?? 0).toBeGreaterThan(0);
    expect(outcomes.get('whole') ?? 0).toBeGreaterThan(0);
  }, 3_600_000);
});
