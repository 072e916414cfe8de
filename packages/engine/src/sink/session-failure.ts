/** What a session at a sink ends with, said so that `supervise` knows when to connect again. */
import { backoffMs, DEFAULT_BACKOFF, TransportError, type Outcome } from '@viaduct/core';
import { codeOf } from '../thrown.ts';
import type { AttemptFailure } from '../tracing.ts';
import type { SinkDesk } from './sink-desk.ts';

/** The peer could not take something. */
export type Unavailable = Outcome & { readonly kind: 'unavailable' };

/** What a sink that answers fewer outcomes than parcels is taken to have said. */
export const MISSING_OUTCOME: Outcome = {
  kind: 'unavailable',
  code: 'VIA_ENGINE_SINK_BROKE',
  message: 'the sink gave fewer outcomes than it was given parcels',
};

/** The error that such an outcome ends the connection with. */
export function unavailableError(outcome: Unavailable): TransportError {
  const { code, message, retryAfterMs } = outcome;
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new TransportError('reconnect', code, message, options);
}

/** The error that a `send` which hangs ends the connection with. */
export function overdueError({ options, sendTimeoutMs }: SinkDesk): TransportError {
  const message =
    `the sink ${options.name} did not finish sending within ${sendTimeoutMs} ms ` +
    '(sendTimeoutMs): its connection is ended, and what it was given is sent again';
  return new TransportError('reconnect', 'VIA_ENGINE_SEND_TIMEOUT', message);
}

/**
 * An error with the pause that it asks for. A peer that can be connected to and takes nothing must
 * not be tried at full speed: `supervise` begins anew with each connection, so the pause grows here
 * until something gets through.
 */
export function paced(error: Error, desk: SinkDesk): Error {
  const known = error instanceof TransportError ? error : undefined;
  if (known?.kind === 'permanent' || known?.retryAfterMs !== undefined) return error;
  const { options, scope } = desk;
  desk.fruitless += 1;
  const backoff = options.backoff ?? DEFAULT_BACKOFF;
  const retryAfterMs = backoffMs(backoff, desk.fruitless, scope.random);
  const code = codeOf(error) ?? 'VIA_ENGINE_SINK_BROKE';
  return new TransportError(known?.kind ?? 'reconnect', code, error.message, {
    cause: error,
    retryAfterMs,
  });
}

/** For traces: why what was being sent has no outcome. */
export function failureOf(error: Error | undefined): AttemptFailure | undefined {
  if (error === undefined) return undefined;
  return { code: codeOf(error) ?? 'VIA_ENGINE_SINK_BROKE', message: error.message };
}
