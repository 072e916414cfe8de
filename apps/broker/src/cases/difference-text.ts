/** Differences for people: where, what was expected, what came out. */
import type { JsonValue } from '@viaduct/core';
import { dump } from 'js-yaml';
import type { Colours } from '../command/colours.ts';
import type { Difference } from './compare.ts';
import { lineDifference } from './line-difference.ts';

/** Lines of a difference that are shown; `--json` has all. */
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
  const lines = lineDifference(linesOf(expected), linesOf(actual));
  const more = lines.length - LINES_MAX;
  const told = lines.slice(0, LINES_MAX).map(({ kind, text }) => {
    if (kind === 'expected') return colours.red(`      - ${text}`);
    if (kind === 'actual') return colours.green(`      + ${text}`);
    return `        ${colours.dim(text)}`;
  });
  return [...head, ...told, ...(more > 0 ? [`      … ${String(more)} more lines`] : [])];
}

function linesOf(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return [];
  const text = isScalar(value) ? scalarText(value) : yamlOf(value);
  return text.trimEnd().replaceAll(CONTROL, '�').split('\n');
}

function isScalar(value: JsonValue): value is string | number | boolean | null {
  return typeof value !== 'object' || value === null;
}

/** XML on one line is as wide as this, in characters, before each element has a line of its own. */
const XML_WIDTH_MAX = 100;

/** Texts of several lines as they are, others so that "1" and 1 look different. */
function scalarText(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isLongXml = value.length > XML_WIDTH_MAX && value.startsWith('<');
  if (isLongXml) return value.replaceAll(/>(?=<[^/!])/g, '>\n');
  return value.includes('\n') ? value : JSON.stringify(value);
}

/** A value as it would be written into a case file. */
export function yamlOf(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}
