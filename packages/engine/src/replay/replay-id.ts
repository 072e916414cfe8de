/** What makes two replays one: the same events do not go to the same sinks twice under one id. */
import { createHash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '@viaduct/core';
import type { Match } from '@viaduct/routing';

/** What the id of a replay is derived from. Its times, its rate and `allStates` are not in it. */
export interface ReplaySubject {
  readonly sources?: readonly string[];
  readonly sinks?: readonly string[];
  /** Conditions on events, as in a route. */
  readonly match?: Match;
  readonly force?: boolean;
}

/** Hexadecimal digits of an id. */
const DIGITS = 12;

/**
 * The same for requests that ask for the same events and sinks in another order of words. Times are
 * left out on purpose: `--from 2h` asked twice is two ranges that overlap, and what lies in both
 * must not be sent twice. So is `allStates`: asked for later, it adds what was left out.
 */
export function replayIdOf({ sources, sinks, match, force = false }: ReplaySubject): string {
  const subject = [sorted(sources), sorted(sinks), canonical((match ?? null) as JsonValue), force];
  const hash = createHash('sha256').update(JSON.stringify(subject)).digest('hex');
  return `r-${hash.slice(0, DIGITS)}`;
}

function sorted(names: readonly string[] | undefined): readonly string[] | null {
  return names === undefined ? null : [...new Set(names)].sort();
}

function canonical(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, canonical(value[key] as JsonValue)]));
}
