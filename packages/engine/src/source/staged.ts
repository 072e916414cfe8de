/** What is on its way from a source to the journal. */
import type { Observed, Settlement } from '@viaduct/core';
import type { NativeRecord } from '@viaduct/journal';

/** A delivery that is acknowledged when nothing of it is open any more. */
export interface Receipt {
  readonly settlement: Settlement;
  /** Events of it that are neither durable nor dropped. */
  open: number;
  /** It was acknowledged, or given back: not to be settled again. */
  settled: boolean;
}

/** An event between decode and append. */
export interface Staged {
  /** Missing for an event that a tracker made up. */
  readonly receipt: Receipt | undefined;
  /** Trackers may put an enriched copy in its place. */
  observed: Observed;
  readonly native: NativeRecord | undefined;
  readonly dedupe: string | undefined;
  /** The key is noted, and compared with none. */
  readonly unseen?: true | undefined;
  /** Length of the native text: what it takes of the source's bound. */
  readonly bytes: number;
}
