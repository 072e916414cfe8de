import { backoffMs, DEFAULT_BACKOFF, type Backoff } from './backoff.ts';
import { delay, type Clock } from './clock.ts';
import { TransportError } from './errors.ts';

/** What {@link supervise} keeps connected: a source, a sink. */
export interface Connectable {
  connect(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Where a supervised connection stands. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | {
      readonly state: 'waiting';
      readonly error: Error;
      /** Failures in a row, this one included. */
      readonly failures: number;
      readonly retryInMs: number;
    }
  | { readonly state: 'closed' };

/** What {@link supervise} needs to know of the world. */
export interface SuperviseOptions {
  readonly clock: Clock;
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly backoff?: Backoff;
  /** Give up after this long without a connection, milliseconds; default: never. */
  readonly giveUpAfterMs?: number;
  readonly onState?: (state: ConnectionState) => void;
}

/**
 * Keeps `connection` connected while `run` works with it: connects with back-off, calls `run`, and
 * when either throws closes, waits and starts again. A connection that came about resets the
 * back-off. An error that is not a `TransportError` is treated like a lost connection too: one bad
 * peer must not end the program.
 *
 * Resolves when `run` returns or the signal is aborted, with the connection closed. Rejects with
 * `VIA_CORE_GAVE_UP` after `giveUpAfterMs` without a connection.
 */
export async function supervise(
  connection: Connectable,
  run: (signal: AbortSignal) => Promise<void>,
  options: SuperviseOptions,
): Promise<void> {
  const { clock, signal, onState } = options;
  const backoff = options.backoff ?? DEFAULT_BACKOFF;
  let failures = 0;
  let downSince = clock.now();
  try {
    while (!signal.aborted) {
      try {
        onState?.({ state: 'connecting' });
        await connection.connect(signal);
        failures = 0;
        onState?.({ state: 'connected' });
        await run(signal);
        return;
      } catch (thrown) {
        if (isAborted(signal)) return;
        await connection.close();
        if (failures === 0) downSince = clock.now();
        failures += 1;
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        giveUpIfDue(options, downSince, error);
        const retryInMs = pauseMs(backoff, failures, error, options.random);
        onState?.({ state: 'waiting', error, failures, retryInMs });
        await delay(clock, retryInMs, signal).catch(() => undefined);
      }
    }
  } finally {
    await connection.close();
    onState?.({ state: 'closed' });
  }
}

/** Read through a function: the compiler takes an aborted signal for an impossible one. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** A permanent error waits longest from the start: only an operator can mend it. */
function pauseMs(backoff: Backoff, failures: number, error: Error, random: () => number): number {
  if (error instanceof TransportError) {
    if (error.retryAfterMs !== undefined) return error.retryAfterMs;
    if (error.kind === 'permanent') return backoffMs(backoff, Number.MAX_SAFE_INTEGER, random);
  }
  return backoffMs(backoff, failures, random);
}

function giveUpIfDue(options: SuperviseOptions, downSince: number, error: Error): void {
  const { giveUpAfterMs, clock } = options;
  if (giveUpAfterMs === undefined || clock.now() - downSince < giveUpAfterMs) return;
  throw new TransportError(
    'permanent',
    'VIA_CORE_GAVE_UP',
    `gave up after ${String(giveUpAfterMs)} ms without connection; the last error: ${error.message}`,
    { cause: error },
  );
}
