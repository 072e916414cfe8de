/** How deep a request may be nested: what walks it recursively would run out of stack. */

/** Deeper than any message of any dialect, and than any condition that somebody writes. */
export const NESTING_MAX = 200;

/** Whether a parsed body is nested no deeper than is read. */
export function isShallow(body: unknown): boolean {
  let level: readonly object[] = isContainer(body) ? [body] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > NESTING_MAX) return false;
    level = level.flatMap((one) => Object.values(one).filter(isContainer));
  }
  return true;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
