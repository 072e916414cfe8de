/** A replay from beginning to end: look, plan, write. */
import type { Clock } from '@viaduct/core';
import type { Journal, Position } from '@viaduct/journal';
import { readPage } from '../journal-page.ts';
import type { Chooser } from './chooser.ts';
import type { Progress, ReplayFigures } from './figures.ts';
import { writeReplay } from './replay-writer.ts';
import type { VariantsOf } from './shapes.ts';
import { scanJournal, type ReplayRecord, type ScanPace } from './scan.ts';

/** What a replay works with and is asked for. */
export interface ReplayOptions {
  /** The mark of what it writes. */
  readonly id: string;
  /** Nothing stored before this time is looked at, milliseconds since the epoch. */
  readonly from: number;
  readonly chooser: Chooser;
  /** The shapes that today's routes give an event. */
  readonly variants: VariantsOf;
  readonly journal: Pick<Journal, 'append' | 'standing' | 'stats' | 'subscriptions'>;
  readonly record: ReplayRecord;
  readonly clock: Clock;
  /** Whether a broker runs on the journal. */
  readonly isLive: boolean;
  /** Deliveries a second; without a running broker it does not matter. */
  readonly ratePerSecond: number;
  readonly dryRun: boolean;
}

/** What a replay would do. */
export interface ChosenEvents extends ReplayFigures {
  /** Entries that were asked about, whatever becomes of them. */
  readonly scanned: number;
}

/**
 * Sends stored events again by appending them to the journal. What was written is durable and in
 * the journal for all to see, so after a crash the same replay goes on where it was. One replay at
 * a time on one journal: two of one id would not see what the other is about to write.
 */
export async function* runReplay(
  options: ReplayOptions,
  signal: AbortSignal,
): AsyncGenerator<Progress<ChosenEvents>, void> {
  const { record, clock, isLive, from, dryRun, chooser } = options;
  const pace: ScanPace = { clock, isLive, signal };
  const warnings: string[] = [];
  const { last } = await options.journal.stats();
  let seen = await record.beforeTime(from);
  const stretch = { after: seen, last };
  const scan = scanJournal(record, stretch, pace, ({ message }) => warnings.push(message));
  for await (const page of scan) {
    for (const entry of page) chooser.take(entry);
    seen = page.at(-1)?.position ?? seen;
    yield { kind: 'scanning', scanned: chooser.scanned };
  }
  chooser.seal();
  const { scanned } = chooser;
  const plan: ChosenEvents = { scanned, ...chooser.figures(warnings) };
  yield { kind: 'plan', plan };
  const result = { dryRun, events: 0, deliveries: 0, duplicates: 0, leftOut: 0, lettersRemoved: 0 };
  if (!dryRun) {
    const outdatedBefore = chooser.outdated;
    const catchUp = async (): Promise<void> => {
      seen = await showNews(options, seen);
    };
    for await (const step of writeReplay(chooser.candidates, { ...options, signal, catchUp })) {
      result.events += step.events;
      result.deliveries += step.deliveries;
      result.leftOut += step.gone;
      const { waitingFor } = step;
      yield { kind: 'writing', written: result.events, total: plan.events, waitingFor };
    }
    result.leftOut += chooser.outdated - outdatedBefore;
  }
  yield { kind: 'done', result };
}

/** Entries that come in while a batch is written, at most, of which note is taken. */
const NEWS_PAGES_MAX = 8;
const NEWS_PAGE_MAX = 256;

/** A state that comes in while the replay is written makes older ones old news, too. */
async function showNews(
  { record, isLive, chooser }: ReplayOptions,
  after: Position | undefined,
): Promise<Position | undefined> {
  let seen = after;
  for (let pages = 0; isLive && pages < NEWS_PAGES_MAX; pages += 1) {
    // What is damaged there is told of by the sinks that are owed it.
    const page = await readPage(record, seen, () => undefined, NEWS_PAGE_MAX);
    if (page.last === undefined) break;
    for (const entry of page.entries) chooser.take(entry);
    seen = page.last;
  }
  return seen;
}
