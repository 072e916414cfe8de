import { STATUS_CODES } from 'node:http';
import { DELIVERED, type Outcome } from '@viaduct/core';

import { redactText } from '../decode/secrets.ts';

/** An answer to a delivery. */
export interface HttpAnswer {
  readonly status: number;
  /** The `Retry-After` header. */
  readonly retryAfter: string | undefined;
  /** The beginning of the body. */
  readonly text: string;
}

/** Nobody means a longer `Retry-After`. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/** How much of an answer's body goes into a message. */
const TEXT_LENGTH_MAX = 200;

/** The receiver, its address or our token is at fault; the event is kept. */
const AN_OPERATORS_MATTER = new Set([401, 403, 404, 405, 407, 410]);
/** The receiver cannot take anything at the moment. */
const LATER = new Set([408, 425, 429, 502, 503, 504]);

/**
 * What an answer says about the event.
 *
 * | status | outcome |
 * | --- | --- |
 * | 2xx | delivered |
 * | 401 403 404 405 407 410 | unavailable: a wrong token or URL says nothing about the event |
 * | 408 425 429 502 503 504 | unavailable, until `Retry-After` |
 * | 500 and other 5xx | refused, to be tried again: the event may be what breaks the receiver |
 * | 3xx and other 4xx | refused for good |
 */
export function outcomeOfAnswer(
  { status, retryAfter, text }: HttpAnswer,
  place: string,
  operatorRetryMs: number,
  now: number,
): Outcome {
  if (status >= 200 && status < 300) return DELIVERED;
  const message = `${place}: ${status} ${STATUS_CODES[status] ?? ''}${excerpt(text)}`;
  if (AN_OPERATORS_MATTER.has(status)) {
    const code = 'VIA_CLOUDEVENTS_TURNED_AWAY';
    return { kind: 'unavailable', code, message, retryAfterMs: operatorRetryMs };
  }
  if (LATER.has(status)) {
    const retryAfterMs = parseRetryAfter(retryAfter, now);
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { kind: 'unavailable', code: 'VIA_CLOUDEVENTS_LATER', message, ...wait };
  }
  const permanent = status < 500;
  return { kind: 'refused', code: 'VIA_CLOUDEVENTS_REFUSED', message, permanent };
}

/** `Retry-After` in milliseconds: seconds, or an HTTP date (RFC 9110 clause 10.2.3). */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  if (Number.isNaN(wait)) return undefined;
  return Math.min(Math.max(wait, 0), RETRY_AFTER_MAX_MS);
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return '';
  return `: ${(redactText(line)?.text ?? line).slice(0, TEXT_LENGTH_MAX)}`;
}
