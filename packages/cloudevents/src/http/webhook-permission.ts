/** The validation handshake of http-webhook.md clause 4, on the side of the delivery target. */

/** What a target allows. */
export interface WebhookPolicy {
  /** Origins, or `*` for all. */
  readonly allowedOrigins: readonly string[];
  /** Requests a minute, 0 for no limit. */
  readonly requestsPerMinuteMax: number;
}

/** Whether deliveries of an origin are agreed to. */
export function isAllowedOrigin(origin: string | undefined, policy: WebhookPolicy): boolean {
  if (policy.allowedOrigins.includes('*')) return true;
  const name = origin?.toLowerCase();
  return policy.allowedOrigins.some((allowed) => allowed.toLowerCase() === name);
}

/**
 * The headers that answer a validation request. Consent is in the headers alone; without them the
 * sender stays away. `WebHook-Request-Callback` is not called: a URL that a stranger names is not
 * fetched, and the answer says the same.
 */
export function permissionHeaders(
  origin: string | undefined,
  rate: string | undefined,
  policy: WebhookPolicy,
): Readonly<Record<string, string>> {
  const headers = { Allow: 'POST, OPTIONS' };
  if (origin === undefined || !isAllowedOrigin(origin, policy)) return headers;
  return {
    ...headers,
    'WebHook-Allowed-Origin': policy.allowedOrigins.includes('*') ? '*' : origin,
    'WebHook-Allowed-Rate': allowedRate(rate, policy.requestsPerMinuteMax),
  };
}

function allowedRate(asked: string | undefined, most: number): string {
  if (most === 0) return '*';
  const rate = /^[1-9]\d{0,8}$/.test(asked ?? '') ? Number(asked) : most;
  return String(Math.min(rate, most));
}
