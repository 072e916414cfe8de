import snmp from 'net-snmp';
import type { ErrorCode, Outcome } from '@viaduct/core';
import { isOutOfTime } from './notification-session.ts';

/** System errors that are about one datagram, not about the way to the target. */
const OF_THE_DATAGRAM = new Set(['EMSGSIZE', 'EINVAL']);

/** When to try again a target that cannot be reached, milliseconds. */
const RETRY_AFTER_MS = 2_000;

/** Whether an inform was not answered in time. */
export function isTimeout(error: Error): boolean {
  return error instanceof snmp.RequestTimedOutError;
}

/** What an error that is no time-out means for an event. */
export function outcomeOf(error: Error): Outcome {
  const { code } = error as NodeJS.ErrnoException;
  const { message: why } = error;
  if (isOutOfTime(error)) {
    return unavailable('VIA_SNMP_AUTHENTICATION', `the receiver is another one now: ${why}`);
  }
  if (error instanceof snmp.ResponseInvalidError) {
    const isAuth = error.code === snmp.ResponseInvalidCode.EAuthFailure;
    return isAuth
      ? unavailable('VIA_SNMP_AUTHENTICATION', `the receiver refuses the user: ${why}`)
      : refused('VIA_SNMP_INFORM_REFUSED', `the answer makes no sense: ${why}`);
  }
  if (error instanceof snmp.RequestFailedError) {
    return refused('VIA_SNMP_INFORM_REFUSED', `the receiver answered: ${why}`);
  }
  if (typeof code === 'string' && OF_THE_DATAGRAM.has(code)) {
    const message = `the datagram cannot be sent: ${why}`;
    return { kind: 'refused', code: 'VIA_SNMP_SEND_FAILED', message, permanent: true };
  }
  return unavailable('VIA_SNMP_SEND_FAILED', `sending failed: ${why}`, RETRY_AFTER_MS);
}

/** The outcome of an event that a reachable receiver did not take. */
export function refused(code: ErrorCode, message: string): Outcome {
  return { kind: 'refused', code, message };
}

/** The outcome of an event while the receiver takes none. */
export function unavailable(code: ErrorCode, message: string, retryAfterMs?: number): Outcome {
  return { kind: 'unavailable', code, message, ...(retryAfterMs ? { retryAfterMs } : {}) };
}

/** The outcome of an event whose sending was called off. */
export function aborted(): Outcome {
  return unavailable('VIA_SNMP_SEND_ABORTED', 'it was stopped');
}

/** The outcome of an event whose message is no notification. */
export function unreadable(): Outcome {
  const message = 'the message cannot be read, so it cannot be sent';
  return { kind: 'refused', code: 'VIA_SNMP_SEND_FAILED', message, permanent: true };
}
