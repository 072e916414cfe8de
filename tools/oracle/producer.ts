import type { Notebook } from './ledger.ts';
import { type Sample, type SampleMaker, witnessOf } from './sample.ts';

/** Hands events to a source of the broker, or to the peer before it, and keeps the ledger. */
export interface Producer {
  readonly name: string;
  /**
   * Issues events, about `perSecond`, until the signal aborts. Resolves when each of them was
   * acknowledged or has no acknowledgement to come any more.
   */
  flow(perSecond: number, signal: AbortSignal): Promise<void>;
  /** Issues so many as fast as they are taken, and waits for them as {@link flow} does. */
  issue(count: number): Promise<void>;
  close(): Promise<void>;
}

/** What every producer works with. */
export interface ProducerOptions {
  readonly ledger: Notebook;
  readonly maker: SampleMaker;
  /** The sinks that an event of this producer is owed to. */
  readonly sinksOf: (sample: Sample) => readonly string[];
}

/** Makes the next event and enters it in the ledger as about to be handed over. */
export function issueNext({ ledger, maker, sinksOf }: ProducerOptions): Sample {
  const sample = maker.next();
  const content = witnessOf(sample);
  const owed = Object.fromEntries(sinksOf(sample).map((sink) => [sink, content]));
  ledger.issue({ id: sample.id, key: sample.resource, owed });
  return sample;
}

/** How often a paced flow looks at what is due. */
const PACE_TICK_MS = 20;

/** Calls `issue` with how many are due, about `perSecond` in all, until the signal aborts. */
export async function pace(
  perSecond: number,
  signal: AbortSignal,
  issue: (count: number) => Promise<void>,
): Promise<void> {
  let before = performance.now();
  let due = 0;
  while (!signal.aborted) {
    const now = performance.now();
    due = Math.min(due + ((now - before) * perSecond) / 1000, perSecond);
    before = now;
    const count = Math.floor(due);
    due -= count;
    if (count > 0) await issue(count);
    await new Promise((resolve) => setTimeout(resolve, PACE_TICK_MS));
  }
}
