/** One case through the real pipeline: everything but the sockets, the disk and the waiting. */
import { SILENT, type JsonObject } from '@viaduct/core';
import type { Engine, EngineObserver } from '@viaduct/engine';
import type { NewDeadLetter } from '@viaduct/journal';
import { memoryJournal } from '@viaduct/journal/memory';
import { assembleEngine } from '../running/assembly.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Case, CaseOutput } from './case.ts';
import { jumpingClock, type JumpingClock } from './jumping-clock.ts';
import { readable } from './readable.ts';
import { stage, type StagedConfiguration } from './staged-ends.ts';

/** How long a case may go on after its last message until nothing is owed: simulated time. */
const QUIET_WITHIN_MS = 24 * 3_600_000;

/** How long an engine at rest may take to stop: simulated time. */
const STOP_MS = 60_000;

/** Where fresh values come from: the same in every run. */
const SEED = 1;

/** Runs a case. The same configuration and case always give the same output. */
export async function runCase(one: Case, configuration: Configuration): Promise<CaseOutput> {
  const clock = jumpingClock(one.messages[0]?.at ?? 0);
  const journal = memoryJournal({ clock, ...configuration.broker.journal });
  const staged = stage(configuration);
  const record = createRecord();
  const engine = assembleEngine({
    configuration: staged.configuration,
    journal,
    logger: SILENT,
    clock,
    random: seededRandom(SEED),
    observer: record.observer,
    count: () => undefined,
  });
  const started = engine.start();
  await clock.jumpTo(clock.now());
  await started;
  for (const message of one.messages) {
    await clock.jumpTo(message.at);
    staged.feed(message);
    await clock.jumpTo(clock.now());
  }
  await clock.jumpTo(clock.now() + one.waitMs);
  const unfinished = await waitForRest(engine, clock);
  const stopped = engine.stop({ deadlineMs: STOP_MS });
  await clock.jumpTo(clock.now() + STOP_MS);
  await stopped;
  const course = [...record.course, ...countedOf(engine)];
  await journal.close();
  return { ...outputOf(staged, record), course, unfinished };
}

/** Lets time pass until nobody is owed anything; the names of sinks that still are. */
async function waitForRest(engine: Engine, clock: JumpingClock): Promise<readonly string[]> {
  const end = clock.now() + QUIET_WITHIN_MS;
  for (;;) {
    const { sources, sinks } = engine.status();
    const isQuiet = sources.every(({ inFlight, held }) => inFlight === 0 && held === 0);
    const owed = sinks.filter(({ lag }) => (lag?.pending ?? 0) > 0).map(({ name }) => name);
    if (isQuiet && owed.length === 0) return [];
    const next = clock.nextAt;
    if (next === undefined || next > end) return owed;
    await clock.jumpTo(next);
  }
}

interface Record {
  readonly observer: EngineObserver;
  readonly deadLetters: NewDeadLetter[];
  readonly losses: Map<string, JsonObject[]>;
  readonly course: string[];
}

function createRecord(): Record {
  const deadLetters: NewDeadLetter[] = [];
  const losses = new Map<string, JsonObject[]>();
  const course: string[] = [];
  const observer: EngineObserver = {
    appended: (source, entries, results) => {
      for (const [index, { event, targets }] of entries.entries()) {
        const { subject, type, nativetype } = event;
        const isKnown = results[index]?.kind === 'duplicate';
        const to = targets.length === 0 ? 'nobody: no route takes it' : targets.join(', ');
        const where = isKnown ? 'dropped: it had come before' : `to ${to}`;
        course.push(`${source}: ${subject} ${type} (${nativetype}) ${where}`);
      }
    },
    encoded: (sink, _event, encoded) => {
      const of = losses.get(sink) ?? [];
      of.push(...encoded.losses.map(({ path, reason }) => ({ path, reason })));
      losses.set(sink, of);
    },
    deadLettered: (letter) => deadLetters.push(letter),
    noticed: (source, { message }) => course.push(`${source}: ${message}`),
  };
  return { observer, deadLetters, losses, course };
}

/** What left no event behind. */
function countedOf(engine: Engine): readonly string[] {
  return engine.status().sources.flatMap(({ name, counters }) => {
    const { noEvent, ignored, dropped } = counters;
    const figures: readonly (readonly [number, string])[] = [
      [noEvent, 'understood, and no event'],
      [ignored, 'left out by "ignore"'],
      ...Object.entries(dropped).map(([reason, count]) => [count, `dropped: ${reason}`] as const),
    ];
    return figures
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${name}: ${String(count)} ${what}`);
  });
}

function outputOf(
  { sent }: StagedConfiguration,
  { deadLetters, losses }: Record,
): Pick<CaseOutput, 'out' | 'deadLetters' | 'losses'> {
  return {
    out: new Map([...sent].map(([sink, natives]) => [sink, natives.map(readable)])),
    deadLetters: deadLetters.map(({ stage: where, code, source, sink, reason }) => ({
      ...{ stage: where, code, source },
      ...(sink === undefined ? {} : { sink }),
      reason,
    })),
    losses,
  };
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
