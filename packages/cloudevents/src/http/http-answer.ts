import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { CodecError, ErrorCode } from '@viaduct/core';

/** What a request that was not taken is told. */
export interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  /** A sentence for who wrote the sender. */
  readonly detail: string;
  /** Where in the request, as exactly as known. */
  readonly path?: string;
  readonly retryAfterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with a problem document (RFC 9457), unless an answer went out already. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(problemOf(refusal));
  response.writeHead(refusal.status, {
    ...refusal.headers,
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    ...(refusal.retryAfterMs === undefined
      ? {}
      : { 'Retry-After': String(Math.max(1, Math.ceil(refusal.retryAfterMs / 1_000))) }),
  });
  response.end(body);
}

/** The same as raw HTTP, where the parser gave up and there is no response to write to. */
export function rawRefusal(refusal: Refusal): string {
  const body = JSON.stringify(problemOf(refusal));
  const title = STATUS_CODES[refusal.status] ?? '';
  return [
    `HTTP/1.1 ${refusal.status} ${title}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** Answers with a status that says all. */
export function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  // A token in the URL must not be kept by a cache in between (http-webhook.md clause 3.2).
  response.writeHead(status, { 'Cache-Control': 'private', 'Content-Length': '0', ...headers });
  response.end();
}

/** The status of a body that could not be read as events. */
export function refusalOf(error: CodecError): Refusal {
  const { code, message, path } = error;
  const status = STATUS_OF[code] ?? 400;
  return { status, code, detail: message, ...(path === undefined ? {} : { path }) };
}

const STATUS_OF: Readonly<Record<string, number>> = {
  VIA_CLOUDEVENTS_FORMAT: 415,
  VIA_CLOUDEVENTS_TOO_LARGE: 413,
};

function problemOf({ status, code, detail, path }: Refusal): Readonly<Record<string, unknown>> {
  return { title: STATUS_CODES[status], status, detail, code, path };
}
