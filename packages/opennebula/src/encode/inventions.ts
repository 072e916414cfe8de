import type { Invention } from '@viaduct/core';

/** What defaults filled in while one message is written. */
export interface Inventions {
  readonly list: readonly Invention[];
  /** Notes that `value` was filled in at `path` by a rule, and passes it on. */
  fill(path: string, value: string, rule: string): string;
  /** A value where there is one; else what the rule fills in. */
  orFill(value: string | undefined, path: string, filled: string, rule: string): string;
}

/** An empty list of inventions. */
export function createInventions(): Inventions {
  const list: Invention[] = [];
  const fill = (path: string, value: string, rule: string): string => {
    list.push({ path, rule });
    return value;
  };
  return {
    list,
    fill,
    orFill: (value, path, filled, rule) => value ?? fill(path, filled, rule),
  };
}
