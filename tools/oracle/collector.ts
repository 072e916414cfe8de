import type { SinkTerms } from './history.ts';
import type { Notebook } from './ledger.ts';
import { idOf, type Witness, witnessOf } from './sample.ts';

/** Receives what one sink of the broker sends, at a real peer, and keeps the ledger. */
export interface Collector {
  /** The sink that it watches. */
  readonly sink: string;
  readonly terms: SinkTerms;
  /** From now on everything that is at the peer is read, and whatever comes. */
  collect(): Promise<void>;
  close(): Promise<void>;
}

/** What cannot be read at all is a stranger of this id. */
const UNREADABLE = 'unreadable';

/** Enters what was read in the ledger. */
export function enter(ledger: Notebook, sink: string, witness: Witness | undefined): void {
  if (witness === undefined) ledger.arrive(sink, UNREADABLE, '');
  else ledger.arrive(sink, idOf(witness), witnessOf(witness));
}
