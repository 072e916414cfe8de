import type { StoredEntry } from '@viaduct/journal';
import type { Candidates } from './candidates.ts';
import type { ReplayFigures } from './figures.ts';

/**
 * Decides which stored events are sent again. Pure: it is shown the journal in order, then sealed;
 * what it is shown after that can only take back what it has chosen.
 */
export interface Chooser {
  /** What it has chosen so far; complete once it is sealed. */
  readonly candidates: Candidates;
  /** Entries that it was shown and asked about. */
  readonly scanned: number;
  /** Events that it had chosen until a newer one made them out of date. */
  readonly outdated: number;
  take(entry: StoredEntry): void;
  seal(): void;
  /** What would be sent now. */
  figures(warnings: readonly string[]): ReplayFigures;
}
