/** What was expected against what came out, value by value. */
import { isJsonObject, type JsonValue } from '@viaduct/core';
import type { CaseOutput, Expected, ExpectedList } from './case.ts';
import { readable } from './readable.ts';

/**
 * Stands for any value that is there; within a text, for any part of it; as a key, for whatever
 * else an object holds.
 */
const ANY = '<any>';

/** One thing that is not as expected. */
export interface Difference {
  /** `nms, message 1`, `dead letters`. */
  readonly where: string;
  /** Within it: `body.event_type`; empty for the whole. */
  readonly path: string;
  /** Missing: it was not expected. */
  readonly expected?: JsonValue;
  /** Missing: it did not come out. */
  readonly actual?: JsonValue;
}

/** Everything that is not as expected; empty where all is. */
export function compare(expected: Expected, output: CaseOutput): readonly Difference[] {
  const differences: Difference[] = [];
  for (const [sink, actual] of output.out) {
    const wanted = expected.out.get(sink) ?? [];
    differences.push(...compareLists(`sink ${sink}`, 'message', wanted, actual));
  }
  const letters = compareLetters(expected.deadLetters, output.deadLetters);
  differences.push(...letters);
  for (const [sink, wanted] of expected.losses) {
    const actual = output.losses.get(sink) ?? [];
    differences.push(...compareLists(`losses of sink ${sink}`, 'loss', wanted, actual));
  }
  return differences;
}

/** Of a dead letter only what the case names is compared: its reason is a sentence for people. */
function compareLetters(wanted: ExpectedList, actual: CaseOutput['deadLetters']): Difference[] {
  if (wanted === 'any') return [];
  const cut = actual.map((letter, index): JsonValue => {
    const of = wanted[index];
    if (of === undefined || !isJsonObject(of)) return letter;
    return Object.fromEntries(Object.entries(letter).filter(([key]) => key in of));
  });
  return compareLists('dead letters', 'letter', wanted, cut);
}

function compareLists(
  where: string,
  noun: string,
  wanted: ExpectedList,
  actual: readonly JsonValue[],
): Difference[] {
  if (wanted === 'any') return [];
  const expected = wanted.map(readable);
  return align(expected, actual).flatMap(([left, right]): Difference[] => {
    if (left === undefined) {
      const place = `${where}, ${noun} ${String((right ?? 0) + 1)} not expected`;
      return [{ where: place, path: '', actual: actual[right ?? 0] ?? null }];
    }
    const place = `${where}, ${noun} ${String(left + 1)}`;
    const value = expected[left] ?? null;
    if (right === undefined) return [{ where: `${place} missing`, path: '', expected: value }];
    return differ(value, actual[right] ?? null, '').map((one) => ({ where: place, ...one }));
  });
}

type Pair = readonly [expected: number | undefined, actual: number | undefined];

/** Longer lists are compared place by place: the work grows with the square. */
const ALIGNED_MAX = 500;

/** Equal ones are paired first, in order; what is between them one by one. */
function align(expected: readonly JsonValue[], actual: readonly JsonValue[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let [left, right] = [0, 0];
  const upTo = (leftEnd: number, rightEnd: number): void => {
    while (left < leftEnd && right < rightEnd) pairs.push([left++, right++]);
    while (left < leftEnd) pairs.push([left++, undefined]);
    while (right < rightEnd) pairs.push([undefined, right++]);
  };
  for (const [one, other] of commonOf(expected, actual)) {
    upTo(one, other);
    [left, right] = [one + 1, other + 1];
  }
  upTo(expected.length, actual.length);
  return pairs;
}

/** A longest common subsequence, as pairs of places. */
function commonOf(
  expected: readonly JsonValue[],
  actual: readonly JsonValue[],
): readonly (readonly [number, number])[] {
  if (expected.length > ALIGNED_MAX || actual.length > ALIGNED_MAX) return [];
  const isEqual = expected.map((one) => actual.map((two) => differ(one, two, '').length === 0));
  const lengths = Array.from({ length: expected.length + 1 }, () =>
    new Array<number>(actual.length + 1).fill(0),
  );
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = expected.length - 1; row >= 0; row -= 1) {
    for (let column = actual.length - 1; column >= 0; column -= 1) {
      const longest =
        isEqual[row]?.[column] === true
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
      (lengths[row] ?? [])[column] = longest;
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let row = 0, column = 0; row < expected.length && column < actual.length;) {
    if (isEqual[row]?.[column] === true) pairs.push([row++, column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}

type Found = Omit<Difference, 'where'>;

function differ(expected: JsonValue, actual: JsonValue, path: string): readonly Found[] {
  if (isSame(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return differLists(expected, actual as readonly JsonValue[], path);
  }
  if (isJsonObject(expected) && isJsonObject(actual)) {
    const { [ANY]: others, ...named } = expected;
    const more = others === undefined ? Object.keys(actual) : [];
    const keys = [...new Set([...Object.keys(named), ...more])];
    return keys.flatMap((key) => differAt(expected[key], actual[key], below(path, key)));
  }
  return [{ path, expected, actual }];
}

function differLists(
  expected: readonly JsonValue[],
  actual: readonly JsonValue[],
  path: string,
): readonly Found[] {
  const length = Math.max(expected.length, actual.length);
  return Array.from({ length }).flatMap((_, index) =>
    differAt(expected[index], actual[index], `${path}[${String(index)}]`),
  );
}

function differAt(
  expected: JsonValue | undefined,
  actual: JsonValue | undefined,
  path: string,
): readonly Found[] {
  if (expected !== undefined && actual !== undefined) return differ(expected, actual, path);
  return [
    {
      path,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
    },
  ];
}

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

function below(path: string, key: string): string {
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isSame(expected: JsonValue, actual: JsonValue): boolean {
  if (expected === ANY) return true;
  if (typeof expected !== 'string' || typeof actual !== 'string') return expected === actual;
  // A block of YAML ends with a line break that nobody meant.
  const [wanted, found] = [expected.trimEnd(), actual.trimEnd()];
  return wanted === found || (wanted.includes(ANY) && hasParts(wanted.split(ANY), found));
}

/** Whether the text has the parts in this order, the first at its start, the last at its end. */
function hasParts(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
