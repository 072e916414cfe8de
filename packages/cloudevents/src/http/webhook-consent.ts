import { delay, TransportError, type Clock } from '@viaduct/core';

import type { HttpClient } from './http-client.ts';

const MINUTE_MS = 60_000;

/**
 * Asks a delivery target for its consent (http-webhook.md clause 4.1), and resolves with the
 * requests a minute that it agrees to, 0 for any number. Throws a permanent error where it does not
 * agree.
 */
export async function askConsent(
  client: HttpClient,
  origin: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const asked = { ...headers, 'webhook-request-origin': origin };
  const request = { method: 'OPTIONS', headers: asked, body: new Uint8Array() } as const;
  const answer = await client.send(request, signal);
  const allowed = answer.headers['webhook-allowed-origin'];
  if (allowed !== '*' && String(allowed).toLowerCase() !== origin.toLowerCase()) {
    throw new TransportError(
      'permanent',
      'VIA_CLOUDEVENTS_NO_CONSENT',
      `${client.place} does not agree to events from ${origin} (status ${answer.status})`,
    );
  }
  const rate = answer.headers['webhook-allowed-rate'];
  return typeof rate === 'string' && /^[1-9]\d{0,8}$/.test(rate) ? Number(rate) : 0;
}

/** Keeps requests to an agreed number a minute, evenly. */
export class Pace {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #nextAt = 0;

  /** `perMinute` 0 is no limit. */
  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#intervalMs = perMinute === 0 ? 0 : MINUTE_MS / perMinute;
  }

  /** Resolves when the next request may go; rejects when the signal is aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#intervalMs === 0) return;
    const now = this.#clock.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#intervalMs;
    if (at > now) await delay(this.#clock, at - now, signal);
  }
}
