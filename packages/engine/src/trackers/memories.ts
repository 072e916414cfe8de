/** How trackers' memories outlast the process: a checkpoint, and what was stored after it. */
import type { Position, StoredEntry } from '@viaduct/journal';
import { readPage } from '../journal-page.ts';
import type { EngineScope } from '../scope.ts';
import { checkpointName } from '../source/source-checkpoints.ts';
import type { SourceRunner } from '../source/source-runner.ts';
import { codeOf } from '../thrown.ts';
import type { TrackerChain } from './tracker-chain.ts';

interface Folding {
  readonly chain: TrackerChain;
  /** Folded up to here already. */
  readonly after: Position | undefined;
}

/**
 * Brings the memories of all sources to where the journal is: loads their checkpoints, then folds
 * what was stored after the oldest of them. Returns the last position of the journal.
 */
export async function restoreMemories(
  runners: readonly SourceRunner[],
  scope: EngineScope,
): Promise<Position | undefined> {
  const { journal, logger } = scope;
  const bySource = new Map<string, Folding>();
  for (const { name, intake } of runners) {
    if (intake.chain.isEmpty) continue;
    const saved = await journal.checkpoints.load(checkpointName(name));
    if (saved !== undefined) intake.chain.restore(saved.value);
    bySource.set(name, { chain: intake.chain, after: saved?.position });
  }
  if (bySource.size === 0) return undefined;
  let last = oldest([...bySource.values()].map(({ after }) => after));
  for (;;) {
    const page = await readPage(journal, last, (error, upTo) => {
      logger.warn({ code: codeOf(error), upTo }, error.message);
    });
    for (const entry of page.entries) fold(entry, bySource.get(entry.source));
    if (page.last === undefined) break;
    last = page.last;
  }
  for (const { chain } of bySource.values()) chain.folded();
  return last;
}

function fold(entry: StoredEntry, folding: Folding | undefined): void {
  if (folding === undefined) return;
  // Later entries have greater positions: all that is known of them, and all that is needed here.
  if (folding.after !== undefined && entry.position <= folding.after) return;
  const { event, facts, appendedAt, replay } = entry;
  if (replay !== undefined) return;
  const observed = facts === undefined ? { event } : { event, facts };
  const staged = { receipt: undefined, observed, native: undefined, dedupe: undefined, bytes: 0 };
  folding.chain.fold(staged, appendedAt);
}

/** `undefined`, if any is: from the beginning. */
function oldest(positions: readonly (Position | undefined)[]): Position | undefined {
  let found: Position | undefined = positions[0];
  for (const position of positions) {
    if (position === undefined || found === undefined) return undefined;
    if (position < found) found = position;
  }
  return found;
}
