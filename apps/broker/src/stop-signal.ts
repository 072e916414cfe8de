import { constants } from 'node:os';
import { isatty } from 'node:tty';

/** Signals that ask for a clean stop. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The signal that asks to apply the configuration file; a terminal that closes sends it, too. */
const RELOAD_SIGNAL = 'SIGHUP';

/** One of the signals that stop the broker. */
export type StopSignal = (typeof STOP_SIGNALS)[number] | typeof RELOAD_SIGNAL;

/** Waits for signals. */
export interface SignalWatch {
  /** Resolves at the first signal. At the second the process ends at once, as if by that signal. */
  readonly requested: Promise<StopSignal>;
  /** From now on `reload` is called for each request, at once for one that came before. */
  onReload(reload: () => void): void;
  /** Takes the handlers away and lets the process end. */
  close(): void;
}

/** Longer than any uptime; the timer only keeps the process alive while every peer is down. */
const KEEP_ALIVE_INTERVAL_MS = 2 ** 31 - 1;

/** Takes the signals over, and keeps the process alive until `close`. */
export function watchSignals(): SignalWatch {
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_INTERVAL_MS);
  const { promise: requested, resolve } = Promise.withResolvers<StopSignal>();
  const hadTerminal = hasTerminal();
  let signals = 0;
  let reload: (() => void) | undefined;
  let isReloadWanted = false;
  const stop = (signal: StopSignal): void => {
    signals += 1;
    if (signals > 1) process.exit(128 + constants.signals[signal]);
    resolve(signal);
  };
  const hangUp = (): void => {
    // Nobody is left who could read or stop it: its terminal was closed.
    if (hadTerminal && !hasTerminal()) stop(RELOAD_SIGNAL);
    else if (reload === undefined) isReloadWanted = true;
    else if (signals === 0) reload();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  process.on(RELOAD_SIGNAL, hangUp);
  return {
    requested,
    onReload: (wanted) => {
      reload = wanted;
      if (isReloadWanted) wanted();
    },
    close: () => {
      clearInterval(keepAlive);
      for (const signal of STOP_SIGNALS) process.off(signal, stop);
      process.off(RELOAD_SIGNAL, hangUp);
    },
  };
}

/** Asked of the system each time: a terminal that hung up is none any more. */
function hasTerminal(): boolean {
  return [process.stdin, process.stderr].some(({ fd }) => isatty(fd));
}
