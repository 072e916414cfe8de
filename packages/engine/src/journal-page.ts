import type { Journal, Position, StoredEntry } from '@viaduct/journal';
import { FOLD_PAGE_MAX } from './limits.ts';
import { asError } from './thrown.ts';

/** Some entries in a row, and where to go on; no `last` is the end. */
export interface JournalPage {
  readonly entries: readonly StoredEntry[];
  readonly last: Position | undefined;
}

/**
 * Up to `max` entries after a position. A damaged stretch is told of and stepped over: who projects
 * the journal is better off with a hole than with nothing.
 */
export async function readPage(
  journal: Pick<Journal, 'read'>,
  after: Position | undefined,
  damaged: (error: Error, upTo: Position) => void,
  max: number = FOLD_PAGE_MAX,
): Promise<JournalPage> {
  try {
    const entries = await journal.read(after, max);
    return { entries, last: entries.at(-1)?.position };
  } catch (thrown) {
    const last = damagedUpTo(thrown);
    if (last === undefined) throw thrown;
    damaged(asError(thrown), last);
    return { entries: [], last };
  }
}

/** The last position of a damaged stretch, where the error of the journal names one. */
function damagedUpTo(thrown: unknown): Position | undefined {
  if (!(thrown instanceof Error) || !('damaged' in thrown)) return undefined;
  const { damaged } = thrown;
  if (typeof damaged !== 'object' || damaged === null || !('last' in damaged)) return undefined;
  return typeof damaged.last === 'number' ? (damaged.last as Position) : undefined;
}
