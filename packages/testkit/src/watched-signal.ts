/** Listeners on one signal from the eleventh on are taken for a leak by Node before 24. */
export const LISTENERS_MAX = 10;

/** A signal that is never aborted and knows who listens to it. */
export interface WatchedSignal {
  readonly signal: AbortSignal;
  /** How many listen now. */
  readonly listening: () => number;
  /** The most that ever listened at a time. */
  readonly most: () => number;
}

/** A new one. Signals derived from it (`AbortSignal.any`) are no listeners. */
export function watchedSignal(): WatchedSignal {
  const { signal } = new AbortController();
  const listeners = new Set<unknown>();
  let most = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>): void => {
    listeners.add(args[1]);
    most = Math.max(most, listeners.size);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
    listeners.delete(args[1]);
    remove(...args);
  };
  return { signal, listening: () => listeners.size, most: () => most };
}
