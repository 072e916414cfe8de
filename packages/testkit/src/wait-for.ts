/** How long {@link waitFor} waits unless told otherwise: a slow machine shared with others. */
export const WAIT_MS = 30_000;

/** How often a condition is looked at, milliseconds. */
const LOOK_EVERY_MS = 10;

/** Limits and the name of a wait. */
export interface WaitForOptions {
  readonly timeoutMs?: number;
  /** What is waited for, for the message of the error. */
  readonly what?: string;
}

/**
 * Waits until `condition` returns something other than `undefined` or `false`, and resolves with
 * it. A condition that throws is looked at again; its last error is the cause when time is up.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitForOptions = {},
): Promise<Exclude<T, false | undefined>> {
  const timeoutMs = options.timeoutMs ?? WAIT_MS;
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  // The last look comes after the time is up: who was kept from looking may find it true by then.
  for (let isLast = false; !isLast;) {
    isLast = performance.now() >= deadline;
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value as Exclude<T, false | undefined>;
      cause = undefined;
    } catch (thrown) {
      cause = thrown;
    }
    if (!isLast) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const what = options.what ?? condition.toString();
  throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`, { cause });
}

/** Rejects when `promise` takes longer than `timeoutMs`: for what must happen at once. */
export async function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`took longer than ${timeoutMs} ms: ${what}`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
