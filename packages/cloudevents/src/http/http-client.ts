import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { TransportError, type Clock } from '@viaduct/core';

import { readClientTls, type ClientTlsFiles } from './client-tls.ts';
import type { HttpAnswer } from './http-outcome.ts';

/** What {@link HttpClient} needs to know. */
export interface HttpClientOptions {
  readonly clock: Clock;
  readonly url: string;
  readonly tls?: ClientTlsFiles;
  readonly connectionsMax: number;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** One request. */
export interface HttpRequest {
  readonly method: 'POST' | 'OPTIONS';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An answer with its headers. */
export interface HttpResponse extends HttpAnswer {
  readonly headers: IncomingMessage['headers'];
}

/** How much of an answer is kept; the rest is read and thrown away. */
const TEXT_BYTES_MAX = 4_096;

/** Answers longer than this are cut off: nobody answers a webhook with a film. */
const ANSWER_BYTES_MAX = 1_048_576;

/** Requests to one URL over connections of its own, kept alive between them. */
export class HttpClient {
  /** The URL without its query, for messages. */
  readonly place: string;
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #options: HttpClientOptions;

  private constructor(url: URL, agent: Agent, options: HttpClientOptions) {
    this.#url = url;
    this.#agent = agent;
    this.#options = options;
    this.place = `${url.origin}${url.pathname}`;
  }

  /** Reads the TLS files; opens no connection yet. Throws a permanent `TransportError`. */
  static async create(options: HttpClientOptions): Promise<HttpClient> {
    const url = parseUrl(options.url);
    const { connectionsMax: maxSockets, idleTimeoutMs, tls } = options;
    const kept = { keepAlive: idleTimeoutMs > 0, maxSockets, timeout: idleTimeoutMs };
    if (url.protocol === 'http:') return new HttpClient(url, new Agent(kept), options);
    const material = await readClientTls(tls ?? {});
    return new HttpClient(url, new TlsAgent({ ...kept, ...material }), options);
  }

  /**
   * Sends a request and reads its answer; redirects are answers like others. Throws a
   * `TransportError` where none came. A kept connection that the server closed in the same moment
   * is no failure: the request goes out once more, on a new one.
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await this.#attempt(request, signal);
    } catch (error) {
      if (!(error instanceof StaleConnection) || signal.aborted) throw this.#explain(error, signal);
    }
    try {
      return await this.#attempt(request, signal);
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#agent.destroy();
  }

  #attempt(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const { clock, timeoutMs } = this.#options;
      const { method, headers, body } = request;
      const start = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing: ClientRequest = start(this.#url, {
        method,
        headers: { ...headers, 'content-length': String(body.length) },
        agent: this.#agent,
      });
      const abort = (): void => void outgoing.destroy(CALLED_OFF);
      const cancel = clock.after(timeoutMs, () => outgoing.destroy(TOO_SLOW));
      const settle = (): void => {
        cancel();
        signal.removeEventListener('abort', abort);
      };
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        settle();
        const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        reject(isStale ? new StaleConnection(error.message) : error);
      });
      outgoing.on('response', (response) => {
        readAnswer(response).then(resolve, reject).finally(settle);
      });
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      outgoing.end(body);
    });
  }

  #explain(error: unknown, signal: AbortSignal): TransportError {
    if (error instanceof TransportError) return error;
    if (signal.aborted) {
      return new TransportError('reconnect', 'VIA_CLOUDEVENTS_CLOSED', 'sending was called off');
    }
    const why =
      error === TOO_SLOW
        ? `no answer within ${this.#options.timeoutMs} ms`
        : error instanceof Error
          ? error.message || error.name
          : String(error);
    const text = `${this.place}: ${why}`;
    return new TransportError('retry', 'VIA_CLOUDEVENTS_UNREACHABLE', text, { cause: error });
  }
}

const CALLED_OFF = new Error('called off');
const TOO_SLOW = new Error('too slow');

/** Whether the server took the request and did not answer it in time. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof TransportError && error.cause === TOO_SLOW;
}

/** A connection that was kept, and that the server had closed before it saw the request. */
class StaleConnection extends Error {}

function readAnswer(response: IncomingMessage): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    response.on('data', (piece: Buffer) => {
      if (length < TEXT_BYTES_MAX) pieces.push(piece.subarray(0, TEXT_BYTES_MAX - length));
      length += piece.length;
      if (length > ANSWER_BYTES_MAX) response.destroy(new Error('the answer does not end'));
    });
    response.on('error', reject);
    response.on('end', () => {
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        retryAfter: response.headers['retry-after'],
        text: Buffer.concat(pieces).toString('utf8'),
      });
    });
  });
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isHttp || url.username !== '' || url.password !== '') {
    const why = isHttp ? 'a user does not belong into it; use "token"' : 'not http:// or https://';
    throw new TransportError('permanent', 'VIA_CLOUDEVENTS_ADDRESS', `url: ${why}`);
  }
  url.hash = '';
  return url;
}
