/** Which dead letters are meant, and how they are told. */
import type { LetterFilter, LetterGroup, LetterSelection } from '@viaduct/broker/admin-api';
import { count } from '../../states/figures.ts';

/** Letters of one reason. */
export type GroupKey = Pick<LetterGroup, 'stage' | 'code' | 'source' | 'sink'>;

/** A selection with its words. */
export interface Chosen {
  readonly letters: LetterSelection;
  /** `3 dead letters`. */
  readonly words: string;
}

/** What is to be done with some. */
export interface Task {
  readonly what: 'replay' | 'discard';
  readonly of: Chosen;
}

/** The same for two groups only if they are one. */
export function keyOf({ stage, code, source, sink }: GroupKey): string {
  return [stage, code, source, sink ?? ''].join('\n');
}

/** What the API finds the letters of a group by. */
export function filterOf({ stage, code, source, sink }: GroupKey): LetterFilter {
  const wanted = stage as NonNullable<LetterFilter['stage']>;
  return { stage: wanted, code, source, ...(sink === undefined ? {} : { sink }) };
}

/** All of a group, those that come later included. */
export function wholeGroup(group: LetterGroup): Chosen {
  return { letters: { filter: filterOf(group) }, words: wordsOf(group.count) };
}

/** Some, by their ids. */
export function someLetters(ids: readonly number[]): Chosen {
  return { letters: { ids }, words: wordsOf(ids.length) };
}

function wordsOf(figure: number): string {
  return figure === 1 ? '1 dead letter' : `${count(figure)} dead letters`;
}
