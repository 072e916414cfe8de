/** Writes what a planner has chosen to the journal: at a gentle pace, and never far ahead. */
import { delay, type Clock } from '@viaduct/core';
import type { Entry, Journal, StoredEntry } from '@viaduct/journal';
import { EngineError } from '../errors.ts';
import { FULL_RETRY_MS } from '../limits.ts';
import { isRetriable } from '../thrown.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { Candidate, Candidates } from './candidates.ts';
import { asReplayed } from './copy.ts';
import type { ReplayRecord } from './scan.ts';
import { shapesOf, type VariantsOf } from './shapes.ts';
import { SinkRoom } from './sink-room.ts';

/** What a writer works with. */
export interface WriterOptions {
  readonly id: string;
  readonly journal: Pick<Journal, 'append' | 'standing' | 'subscriptions'>;
  readonly record: ReplayRecord;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether a broker sends what is written; otherwise there is nobody to be gentle with. */
  readonly isLive: boolean;
  /** Deliveries a second. */
  readonly ratePerSecond: number;
  /** The shapes that today's routes give an event. */
  readonly variants: VariantsOf;
  /** Shows the planner what has come in since it looked last. */
  readonly catchUp: () => Promise<void>;
}

/** One step of the writing. */
export interface Written {
  readonly events: number;
  readonly deliveries: number;
  /** Chosen, and not in the journal any more. */
  readonly gone: number;
  /** Sinks that have to catch up before it goes on. */
  readonly waitingFor: readonly string[];
}

/** Deliveries of one append beside live traffic, and where there is none. */
const LIVE_BATCH_MAX = 32;
const IDLE_BATCH_MAX = 512;

/**
 * How often it writes, milliseconds. Each append is a sync that live events wait for: few of them,
 * and each so small that one is no long wait either.
 */
const STEP_MS = 50;

/** How often it looks whether a sink has caught up, milliseconds. */
const LOOK_MS = 50;

/**
 * Writes all candidates, step by step. What a step tells of is durable. Rejects when the signal is
 * aborted, and with the journal's error; in a broker that runs, a full journal is waited for, and a
 * sink that was removed meanwhile ends it (`VIA_ENGINE_REPLAY_SINK_GONE`): it would never catch up.
 */
export async function* writeReplay(
  candidates: Candidates,
  options: WriterOptions,
): AsyncGenerator<Written, void> {
  const { clock, isLive, signal, ratePerSecond } = options;
  const batchMax = isLive ? LIVE_BATCH_MAX : IDLE_BATCH_MAX;
  const bucket = new TokenBucket({ perSecond: ratePerSecond, burst: batchMax }, clock);
  const room = new SinkRoom(options.journal);
  const step = Math.min(batchMax, Math.max(1, Math.floor((ratePerSecond * STEP_MS) / 1_000)));
  for (;;) {
    signal.throwIfAborted();
    if (isLive && bucket.available() < step) {
      await delay(clock, bucket.waitMs(step), signal);
      continue;
    }
    const waitingFor = isLive ? await room.full() : [];
    if (waitingFor.length > 0) {
      await checkThere(waitingFor, options);
      yield { events: 0, deliveries: 0, gone: 0, waitingFor };
      await delay(clock, LOOK_MS, signal);
      continue;
    }
    await options.catchUp();
    const chosen = candidates.take(isLive ? Math.min(batchMax, bucket.available()) : batchMax);
    if (chosen.length === 0) return;
    if (isLive) await checkThere(new Set(chosen.flatMap(({ targets }) => targets)), options);
    const entries = await copiesOf(chosen, options);
    const deliveries = await appendAll(entries, options, room);
    bucket.take(deliveries);
    const gone = chosen.length - entries.length;
    yield { events: entries.length, deliveries, gone, waitingFor };
  }
}

/** A change of the configuration may take a sink away while a replay goes on. */
async function checkThere(sinks: Iterable<string>, { journal }: WriterOptions): Promise<void> {
  const present = new Set<string>();
  for (const { name, retired } of await journal.subscriptions()) if (!retired) present.add(name);
  const gone = [...sinks].filter((name) => !present.has(name));
  if (gone.length === 0) return;
  const names = gone.map((name) => `"${name}"`).join(', ');
  throw new EngineError(
    'VIA_ENGINE_REPLAY_SINK_GONE',
    `${names} was taken out of the configuration meanwhile, so the replay ends here. What was ` +
      'written stays written; ask again without it, and the rest goes to the others',
  );
}

/** The entries to write, each a copy of a chosen one for its targets. */
async function copiesOf(
  chosen: readonly Candidate[],
  { id, record, variants }: WriterOptions,
): Promise<Entry[]> {
  const copies: Entry[] = [];
  for (const { position, targets } of chosen) {
    const entry = await record.entry(position);
    if (entry !== undefined) copies.push(replayOf(entry, targets, id, variants));
  }
  return copies;
}

/** The entry that sends a stored one again, with the id and the trail of its event. */
function replayOf(
  { event, source, native, position }: StoredEntry,
  targets: readonly string[],
  id: string,
  variants: VariantsOf,
): Entry {
  const replayed = asReplayed(event);
  return {
    event: replayed,
    source,
    targets,
    ...shapesOf(variants(replayed, source), targets),
    ...(native === undefined ? {} : { native }),
    replay: { id, of: position },
  };
}

async function appendAll(
  entries: readonly Entry[],
  options: WriterOptions,
  room: SinkRoom,
): Promise<number> {
  if (entries.length === 0) return 0;
  const results = await appendPatiently(entries, options);
  let deliveries = 0;
  for (const [index, result] of results.entries()) {
    const targets = entries[index]?.targets ?? [];
    if (result.kind !== 'appended') continue;
    deliveries += targets.length;
    room.add(result.position, targets);
  }
  return deliveries;
}

/** In a broker that runs, sinks make room; in a stopped one nobody ever would. */
async function appendPatiently(
  entries: readonly Entry[],
  { journal, clock, isLive, signal }: WriterOptions,
): ReturnType<Journal['append']> {
  for (;;) {
    try {
      return await journal.append(entries);
    } catch (thrown) {
      if (!isLive || !isRetriable(thrown)) throw thrown;
      await delay(clock, FULL_RETRY_MS, signal);
    }
  }
}
