/** Writes what came out into a case file, and leaves the rest of the text as it is. */
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';
import { parseYaml } from '../config/yaml-document.ts';
import type { Case, CaseOutput } from './case.ts';
import { yamlOf } from './difference-text.ts';

/** What a case shall say from now on. */
export interface CaseUpdate {
  readonly one: Case;
  readonly output: CaseOutput;
}

/**
 * The text with other expectations; `undefined` where it is written in a way that cannot be changed
 * line by line (a case in braces): then it says the same as before. Comments stay, but for those
 * within what is replaced.
 */
export function updateCases(text: string, updates: readonly CaseUpdate[]): string | undefined {
  let updated = text;
  for (const { one, output } of updates) {
    for (const [key, value] of Object.entries(expectationsOf(one, output))) {
      const next = replaceKey(updated, one.index, key, value);
      if (next === undefined) return undefined;
      updated = next;
    }
  }
  return updated;
}

/** The keys of a case that say what is expected; `null` takes a key away. */
export function expectationsOf(
  { expected }: Case,
  output: CaseOutput,
): Readonly<Record<string, JsonValue>> {
  const out: Record<string, JsonValue> = {};
  for (const [sink, messages] of output.out) {
    const before = expected.out.get(sink);
    if (before === 'any') out[sink] = 'any';
    else if (messages.length > 0) out[sink] = messages;
    else if (before !== undefined) out[sink] = 'nothing';
  }
  const losses: Record<string, JsonValue> = {};
  for (const [sink, before] of expected.losses) {
    losses[sink] = before === 'any' ? 'any' : (output.losses.get(sink) ?? []);
  }
  const letters = output.deadLetters.map(({ reason, ...rest }): JsonObject => {
    // The sentence is only kept where somebody wanted it.
    const isWanted = expected.deadLetters !== 'any' && expected.deadLetters.some(hasReason);
    return isWanted && reason !== undefined ? { ...rest, reason } : rest;
  });
  return {
    out: Object.keys(out).length === 0 ? null : out,
    deadLetters: expected.deadLetters === 'any' ? 'any' : letters.length === 0 ? null : letters,
    losses: expected.losses.size === 0 ? null : losses,
  };
}

function hasReason(letter: JsonValue): boolean {
  return isJsonObject(letter) && 'reason' in letter;
}

/** Replaces, adds or takes away one key of one case, and looks whether that is what was done. */
function replaceKey(
  text: string,
  index: number,
  key: string,
  value: JsonValue,
): string | undefined {
  const before = parseYaml(text);
  if (!before.ok) return undefined;
  const wanted = withKey(before.value.value, index, key, value);
  if (isDeepStrictEqual(wanted, before.value.value)) return text;
  const lines = text.split('\n');
  const { lineOf } = before.value;
  const caseLine = lineOf(['cases', index]) - 1;
  const indent = keyIndent(lines[caseLine] ?? '');
  if (indent === undefined) return undefined;
  const at = lineOf(['cases', index, key]) - 1;
  const isThere = new RegExp(`^[ -]{${String(indent)}}${key}:`).test(lines[at] ?? '');
  const start = isThere ? at : endOf(lines, caseLine, indent - 1);
  const end = isThere ? endOf(lines, at, indent) : start;
  const block =
    value === null
      ? []
      : yamlOf({ [key]: value })
          .trimEnd()
          .split('\n');
  const margin = ' '.repeat(indent);
  const placed = block.map((line) => (line === '' ? '' : margin + line));
  const next = [...lines.slice(0, start), ...placed, ...lines.slice(end)].join('\n');
  const after = parseYaml(next);
  return after.ok && isDeepStrictEqual(after.value.value, wanted) ? next : undefined;
}

function withKey(file: unknown, index: number, key: string, value: JsonValue): unknown {
  const whole = file as { readonly cases: readonly JsonObject[] };
  const cases = whole.cases.map((one, at) => {
    if (at !== index) return one;
    const { [key]: _, ...rest } = one;
    return value === null ? rest : { ...rest, [key]: value };
  });
  return { ...whole, cases };
}

/** How far the keys of a case stand to the right: those after `- `. */
function keyIndent(line: string): number | undefined {
  return /^( *- +)[A-Za-z]/.exec(line)?.[1]?.length;
}

/** The line after what belongs to a key: what follows further to the right, or its list. */
function endOf(lines: readonly string[], start: number, indent: number): number {
  let end = start + 1;
  for (let at = start + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const margin = line.search(/\S/);
    if (margin < 0 || line[margin] === '#') continue;
    const isListItem = margin === indent && /^-( |$)/.test(line.slice(margin));
    if (margin <= indent && !isListItem) break;
    end = at + 1;
  }
  return end;
}
