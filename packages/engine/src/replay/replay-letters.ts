/**
 * Dead letters back on their way. Letters and entries lie in different files, so that no
 * transaction spans both. Before a batch is appended its letters are noted down; if the process
 * dies before they are removed, the next replay finds in the journal which of them were appended,
 * and only removes those. No letter is lost by a crash, and none goes twice.
 */
import { delay, type Clock } from '@viaduct/core';
import type { DeadLetter, Entry, Journal, Position } from '@viaduct/journal';
import { readPage } from '../journal-page.ts';
import { TokenBucket } from '../token-bucket.ts';
import {
  SendTally,
  SkipTally,
  type Progress,
  type ReplayFigures,
  type ReplayResult,
} from './figures.ts';
import { resolveLetter, type LetterSurroundings } from './letter-resolver.ts';
import { labelOf } from './replay-planner.ts';

/** What the replay of letters works with. */
export interface LetterReplayOptions {
  readonly journal: Pick<Journal, 'append' | 'read' | 'deadLetters' | 'checkpoints' | 'stats'>;
  /** The letters to try, in order of id; may be asked for twice. */
  readonly letters: () => AsyncIterable<readonly DeadLetter[]>;
  readonly surroundings: LetterSurroundings;
  readonly clock: Clock;
  readonly isLive: boolean;
  /** Deliveries a second; without a running broker it does not matter. */
  readonly ratePerSecond: number;
  readonly dryRun: boolean;
}

/** What the replay of dead letters would do. */
export interface LetterReplayPlan extends ReplayFigures {
  /** Dead letters selected. */
  readonly letters: number;
}

/** The checkpoint that says which letters are being replayed. */
const UNDER_WAY = 'replay/letters';

/**
 * Tries letters again; what succeeds is a letter no more. One at a time on one journal. Rejects
 * when the signal is aborted, and with the journal's error.
 */
export async function* replayLetters(
  options: LetterReplayOptions,
  signal: AbortSignal,
): AsyncGenerator<Progress<LetterReplayPlan>, void> {
  const { dryRun, journal } = options;
  const removedBefore = dryRun ? 0 : await finishInterrupted(journal);
  const plan = await planLetters(options, signal);
  yield { kind: 'plan', plan };
  const result: { -readonly [Key in keyof ReplayResult]: ReplayResult[Key] } = {
    dryRun,
    events: 0,
    deliveries: 0,
    duplicates: 0,
    leftOut: 0,
    lettersRemoved: removedBefore,
  };
  if (!dryRun) {
    for await (const batch of batchesOf(options, signal)) {
      await writeBatch(batch, options, result);
      yield { kind: 'writing', written: result.events, total: plan.events, waitingFor: [] };
    }
  }
  yield { kind: 'done', result };
}

/** Letters of one write, and what they become. */
interface Batch {
  readonly ids: readonly number[];
  readonly entries: readonly Entry[];
}

async function planLetters(
  { letters, surroundings }: LetterReplayOptions,
  signal: AbortSignal,
): Promise<LetterReplayPlan> {
  const tally = new SendTally();
  const skipped = new SkipTally();
  let count = 0;
  for await (const page of letters()) {
    signal.throwIfAborted();
    for (const letter of page) {
      count += 1;
      const resolved = resolveLetter(letter, surroundings);
      if (resolved.kind === 'stays') skipped.add(resolved.reason, resolved.example);
      else if (resolved.kind === 'nothing') skipped.add('no-event', describe(letter));
      else for (const { event, targets } of resolved.entries) tally.add(event.type, targets);
    }
  }
  return { letters: count, ...tally.figures(skipped, []) };
}

function describe(letter: DeadLetter): string {
  const { id, event, reason } = letter;
  return `letter ${String(id)}: ${event === undefined ? reason : labelOf(event)}`;
}

async function* batchesOf(
  { letters, surroundings, clock, isLive, ratePerSecond }: LetterReplayOptions,
  signal: AbortSignal,
): AsyncGenerator<Batch, void> {
  const bucket = new TokenBucket({ perSecond: ratePerSecond }, clock);
  for await (const page of letters()) {
    let open = page;
    while (open.length > 0) {
      signal.throwIfAborted();
      const room = isLive ? bucket.available() : open.length;
      if (room < 1) {
        await delay(clock, bucket.waitMs(), signal);
        continue;
      }
      const resolved = open
        .slice(0, room)
        .map((letter) => ({ letter, done: resolveLetter(letter, surroundings) }));
      open = open.slice(room);
      const gone = resolved.filter(({ done }) => done.kind !== 'stays');
      const entries = gone.flatMap(({ done }) => (done.kind === 'entries' ? done.entries : []));
      bucket.take(entries.reduce((sum, { targets }) => sum + targets.length, 0));
      if (gone.length > 0) yield { ids: gone.map(({ letter }) => letter.id), entries };
    }
  }
}

async function writeBatch(
  { ids, entries }: Batch,
  { journal }: LetterReplayOptions,
  result: { -readonly [Key in keyof ReplayResult]: ReplayResult[Key] },
): Promise<void> {
  if (entries.length > 0) {
    const { last } = await journal.stats();
    await journal.checkpoints.save(UNDER_WAY, last ?? NOWHERE, { letters: ids });
    const results = await journal.append(entries);
    for (const [index, { kind }] of results.entries()) {
      if (kind === 'duplicate') result.duplicates += 1;
      else {
        result.events += 1;
        result.deliveries += entries[index]?.targets.length ?? 0;
      }
    }
  }
  result.lettersRemoved += await journal.deadLetters.discard(ids);
}

/** Before everything: of an empty journal. */
const NOWHERE = 0 as Position;

/** Removes the letters that were appended and not removed when the process died. */
async function finishInterrupted(
  journal: Pick<Journal, 'read' | 'deadLetters' | 'checkpoints'>,
): Promise<number> {
  const saved = await journal.checkpoints.load(UNDER_WAY);
  if (saved === undefined) return 0;
  const open = new Set<number>();
  for (const id of idsIn(saved.value)) {
    if ((await journal.deadLetters.get(id)) !== undefined) open.add(id);
  }
  const appended: number[] = [];
  let after: Position | undefined = saved.position;
  while (open.size > 0) {
    // Of what is damaged nobody knows; its letters are tried once more.
    const page = await readPage(journal, after, () => undefined);
    if (page.last === undefined) break;
    after = page.last;
    for (const { replay } of page.entries) {
      if (replay?.letter !== undefined && open.delete(replay.letter)) appended.push(replay.letter);
    }
  }
  const removed = await journal.deadLetters.discard(appended);
  await journal.checkpoints.save(UNDER_WAY, after, { letters: [] });
  return removed;
}

function idsIn(value: unknown): readonly number[] {
  if (typeof value !== 'object' || value === null || !('letters' in value)) return [];
  const { letters } = value;
  if (!Array.isArray(letters)) return [];
  return letters.filter((id): id is number => typeof id === 'number');
}
