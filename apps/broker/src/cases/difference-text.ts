/** Differences for people: where, what was expected, what came out. */
import type { JsonValue } from '@viaduct/core';
import { dump } from 'js-yaml';
import type { Colours } from '../command/colours.ts';
import type { Difference } from './compare.ts';

/** Lines of one side of a difference that are shown; `--json` has all. */
const LINES_MAX = 60;

/** What must not steer a terminal; line breaks are shown as lines. */
const CONTROL = /[^\P{C}\n]/gu;

/** Each place once, with what differs below it. */
export function differenceText(differences: readonly Difference[], colours: Colours): string {
  let before = '';
  const lines = differences.flatMap((one) => {
    const head = one.where === before ? [] : [`    ${colours.bold(one.where)}`];
    before = one.where;
    return [...head, ...bodyOf(one, colours)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function bodyOf({ path, expected, actual }: Difference, colours: Colours): readonly string[] {
  const head = path === '' ? [] : [`      ${colours.cyan(path)}`];
  const [left, right] = [linesOf(expected), linesOf(actual)];
  const shared =
    left.length > 1 && right.length > 1 ? sharedEnds(left, right) : { head: 0, tail: 0 };
  const side = (lines: readonly string[], sign: string, paint: (text: string) => string) => {
    const own = lines.slice(shared.head, lines.length - shared.tail);
    const shown = own.slice(0, LINES_MAX).map((line) => paint(`      ${sign} ${line}`));
    const more = own.length - LINES_MAX;
    return more > 0 ? [...shown, paint(`      ${sign} … ${String(more)} more lines`)] : shown;
  };
  const context = (lines: readonly string[]) => lines.map((line) => `        ${colours.dim(line)}`);
  return [
    ...head,
    ...context(left.slice(Math.max(0, shared.head - CONTEXT), shared.head)),
    ...side(left, '-', (text) => colours.red(text)),
    ...side(right, '+', (text) => colours.green(text)),
    ...context(left.slice(left.length - shared.tail).slice(0, CONTEXT)),
  ];
}

/** Lines shown around what differs. */
const CONTEXT = 2;

function linesOf(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [];
  const text = isScalar(value) ? scalarText(value) : yamlOf(value);
  return text.trimEnd().replaceAll(CONTROL, '�').split('\n');
}

function isScalar(value: JsonValue): value is string | number | boolean | null {
  return typeof value !== 'object' || value === null;
}

/** Texts of several lines as they are, others so that "1" and 1 look different. */
function scalarText(value: string | number | boolean | null): string {
  return typeof value === 'string' && value.includes('\n') ? value : JSON.stringify(value);
}

/** A value as it would be written into a case file. */
export function yamlOf(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** How many lines two texts share at their beginnings and their ends. */
function sharedEnds(
  left: readonly string[],
  right: readonly string[],
): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && left.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  return { head, tail };
}
