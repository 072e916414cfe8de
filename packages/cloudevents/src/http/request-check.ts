import type { IncomingMessage } from 'node:http';

import { showsToken } from './bearer-token.ts';
import type { Refusal } from './http-answer.ts';
import type { HttpSourceConfig } from './http-source-config.ts';
import { isAllowedOrigin, permissionHeaders } from './webhook-permission.ts';

/** What a request is, by its head alone. */
export type RequestVerdict =
  | { readonly kind: 'delivery' }
  /** A validation request, and the headers that answer it. */
  | { readonly kind: 'permission'; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A header by its name in lower case; several of one name are joined as HTTP allows. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/**
 * Judges a request before its body is read, in the order that tells a stranger least. `rate` gives
 * the milliseconds until one more request may come, and is asked only about those with a token.
 */
export function judgeRequest(
  request: IncomingMessage,
  config: HttpSourceConfig,
  rate: () => number,
): RequestVerdict {
  const [path = '', query] = (request.url ?? '').split('?', 2);
  if (path !== config.path) {
    return refused(404, 'VIA_CLOUDEVENTS_NOT_FOUND', 'nothing is received under this path');
  }
  const origin = headerOf(request, 'webhook-request-origin');
  if (request.method === 'OPTIONS') {
    const asked = headerOf(request, 'webhook-request-rate');
    return { kind: 'permission', headers: permissionHeaders(origin, asked, config) };
  }
  if (request.method !== 'POST') {
    const headers = { Allow: 'POST, OPTIONS' };
    return refused(405, 'VIA_CLOUDEVENTS_METHOD', 'events are delivered with POST', { headers });
  }
  const authorization = headerOf(request, 'authorization');
  const { token } = config;
  if (token !== undefined && !showsToken({ authorization, query }, token)) {
    const isMissing = authorization === undefined;
    const detail = isMissing ? 'a bearer token is required' : 'the token is not the right one';
    const headers = { 'WWW-Authenticate': 'Bearer' };
    return refused(401, 'VIA_CLOUDEVENTS_UNAUTHORIZED', detail, { headers });
  }
  if (!isAllowedOrigin(origin, config)) {
    const detail = `WebHook-Request-Origin ${JSON.stringify(origin ?? '')} is not allowed to send`;
    return refused(403, 'VIA_CLOUDEVENTS_ORIGIN', detail);
  }
  const retryAfterMs = rate();
  if (retryAfterMs > 0) {
    const detail = `more than ${config.requestsPerMinuteMax} requests a minute`;
    return refused(429, 'VIA_CLOUDEVENTS_RATE', detail, { retryAfterMs });
  }
  return judgeBody(request, config);
}

function judgeBody(request: IncomingMessage, config: HttpSourceConfig): RequestVerdict {
  const encoding = headerOf(request, 'content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    const detail = `content-encoding ${JSON.stringify(encoding)} is not read; send it as it is`;
    const headers = { 'Accept-Encoding': 'identity' };
    return refused(415, 'VIA_CLOUDEVENTS_FORMAT', detail, { headers });
  }
  if (Number(headerOf(request, 'content-length') ?? 0) > config.bodyBytesMax) {
    const detail = `the body has more than ${config.bodyBytesMax} bytes`;
    return refused(413, 'VIA_CLOUDEVENTS_TOO_LARGE', detail);
  }
  return { kind: 'delivery' };
}

function refused(
  status: number,
  code: Refusal['code'],
  detail: string,
  more: Pick<Refusal, 'headers' | 'retryAfterMs'> = {},
): RequestVerdict {
  return { kind: 'refused', refusal: { status, code, detail, ...more } };
}
