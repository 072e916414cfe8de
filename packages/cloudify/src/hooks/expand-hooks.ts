import type { JsonObject } from '@viaduct/core';
import { isCanonicalPattern, matchOf } from './hook-event-type.ts';
import type { Hook } from './hook.ts';
import { parseHooksFile, type HookProblem } from './hooks-file.ts';

/** Which hooks of an event run: every one, or as in the original only the first in the file. */
export type HooksMode = 'all' | 'first-match';

/** One hook as a sink of its own. */
export interface HookSinkSpec {
  /** Unique in the file, and the same as long as the entry is: see {@link Hook.name}. */
  readonly name: string;
  /** Which events it is for: conditions in the words of a route's `match`. */
  readonly match: JsonObject;
  readonly hook: Hook;
}

/** What a file of hooks comes to. */
export interface ExpandedHooks {
  readonly sinks: readonly HookSinkSpec[];
  /** With an `error` among them there are no sinks: keep the last good ones. */
  readonly problems: readonly HookProblem[];
}

/**
 * Turns the text of a `hooks.conf` into one sink for each hook. With `first-match`, only the first
 * hook of an event type remains, and the others are warned of; globs are no names, so hooks for
 * canonical types all remain.
 */
export function expandHooks(text: string, mode: HooksMode = 'all'): ExpandedHooks {
  const { hooks, problems } = parseHooksFile(text);
  const first = new Map<string, Hook>();
  const shadowed: HookProblem[] = [];
  const kept = hooks.filter((hook) => {
    const { eventType, line } = hook;
    const before = first.get(eventType);
    first.set(eventType, before ?? hook);
    if (mode === 'all' || before === undefined || isCanonicalPattern(eventType)) return true;
    const message = `never runs: with first-match only the hook of line ${before.line} does`;
    shadowed.push({ severity: 'warning', line, path: 'hooks', message });
    return false;
  });
  return {
    sinks: kept.map((hook) => ({
      name: hook.name,
      match: matchOf(hook.eventType, hook.match),
      hook,
    })),
    problems: [...problems, ...shadowed].sort((one, other) => one.line - other.line),
  };
}
