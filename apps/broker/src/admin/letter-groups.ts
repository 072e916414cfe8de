/** Dead letters counted by what is wrong with them, so that a hundred of a kind are one line. */
import type { DeadLetterOperations, LetterSummary } from '../operations/operations.ts';
import { PAGE_MAX } from '../operations/operations.ts';

/** Letters looked at; of more, the oldest. */
const LETTERS_MAX = 50_000;

/** Kinds told apart. */
const GROUPS_MAX = 500;

/** Letters of one stage, code, source and sink. */
export interface LetterGroup {
  readonly stage: string;
  readonly code: string;
  readonly source: string;
  readonly sink?: string;
  readonly count: number;
  /** Of the newest of them. */
  readonly reason: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** All groups, the largest first. */
export interface LetterGroups {
  readonly groups: readonly LetterGroup[];
  readonly letters: number;
  /** Whether all letters were looked at. */
  readonly isComplete: boolean;
}

/** See the file's comment. */
export async function letterGroups(
  deadLetters: Pick<DeadLetterOperations, 'list'>,
): Promise<LetterGroups> {
  const groups = new Map<string, LetterGroup>();
  let letters = 0;
  let after: number | undefined;
  do {
    const position = after === undefined ? {} : { after };
    const page = await deadLetters.list({ max: PAGE_MAX, ...position });
    for (const letter of page.letters) add(groups, letter);
    letters += page.letters.length;
    after = page.next;
  } while (after !== undefined && letters < LETTERS_MAX);
  const found = [...groups.values()].toSorted((one, other) => other.count - one.count);
  return { groups: found, letters, isComplete: after === undefined };
}

function add(groups: Map<string, LetterGroup>, letter: LetterSummary): void {
  const { stage, code, source, sink, reason, at } = letter;
  const key = [stage, code, source, sink].join('\n');
  const known = groups.get(key);
  if (known === undefined && groups.size >= GROUPS_MAX) return;
  groups.set(key, {
    stage,
    code,
    source,
    ...(sink === undefined ? {} : { sink }),
    count: (known?.count ?? 0) + 1,
    reason,
    firstAt: Math.min(known?.firstAt ?? at, at),
    lastAt: Math.max(known?.lastAt ?? at, at),
  });
}
