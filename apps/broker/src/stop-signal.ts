import { constants } from 'node:os';

/** Signals that ask for a clean stop. SIGHUP is what a closing terminal sends. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** One of the signals that stop the broker. */
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** Waits for a signal. */
export interface SignalWatch {
  /** Resolves at the first signal. At the second the process ends at once, as if by that signal. */
  readonly requested: Promise<StopSignal>;
  /** Takes the handlers away and lets the process end. */
  close(): void;
}

/** Longer than any uptime; the timer only keeps the process alive while every peer is down. */
const KEEP_ALIVE_INTERVAL_MS = 2 ** 31 - 1;

/** Takes the signals over, and keeps the process alive until `close`. */
export function watchSignals(): SignalWatch {
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_INTERVAL_MS);
  const { promise: requested, resolve } = Promise.withResolvers<StopSignal>();
  let signals = 0;
  const handle = (signal: StopSignal): void => {
    signals += 1;
    if (signals > 1) process.exit(128 + constants.signals[signal]);
    resolve(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, handle);
  return {
    requested,
    close: () => {
      clearInterval(keepAlive);
      for (const signal of STOP_SIGNALS) process.off(signal, handle);
    },
  };
}
