import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TransportError, type AdapterContext, type Delivery } from '@viaduct/core';

import { answer, rawRefusal, refusalOf, refuse, type Refusal } from './http-answer.ts';
import { readHttp } from './http-content.ts';
import type { HttpSourceConfig } from './http-source-config.ts';
import type { ListenAddress } from './listen-address.ts';
import type { CloudEventMessage } from '../message.ts';
import { readBody } from './request-body.ts';
import { headerOf, judgeRequest } from './request-check.ts';
import { RequestRate } from './request-rate.ts';
import { readServerTls, watchServerTls } from './server-tls.ts';
import { WaitingRequest, type RequestEnd } from './waiting-request.ts';

/** How often Node looks for requests that take too long. */
const SLOW_CHECK_MS = 500;

/** How long an answer may take to leave before its connection is cut. */
const LINGER_MS = 1_000;

/** What one event costs beside its bytes. */
const EVENT_OVERHEAD_BYTES = 512;

/** An HTTP server that turns requests into deliveries. Opened once, closed once. */
export class WebhookServer {
  readonly #config: HttpSourceConfig;
  readonly #context: AdapterContext;
  readonly #rate: RequestRate;
  readonly #takes: boolean;
  readonly #waiting = new Set<WaitingRequest>();
  #queue: WaitingRequest[] = [];
  #server: Server | undefined;
  #endTlsWatch: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #failure: TransportError | undefined;
  #closing: Promise<void> | undefined;
  #events = 0;
  #bytes = 0;

  /** One that turns away tells every sender of events to come again later. */
  constructor(
    config: HttpSourceConfig,
    context: AdapterContext,
    mode: 'takes' | 'turns-away' = 'takes',
  ) {
    this.#takes = mode === 'takes';
    this.#config = config;
    this.#context = context;
    this.#rate = new RequestRate(config.requestsPerMinuteMax, context.clock.now());
  }

  /** The port it listens on. */
  get port(): number | undefined {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return address?.port;
  }

  /** Opens the port. Throws a `TransportError`. */
  async listen({ host, port }: ListenAddress): Promise<void> {
    const server = await this.#createServer();
    if (this.#isClosed()) return;
    this.#server = server;
    server.maxConnections = this.#config.connectionsMax;
    server.on('drop', () => this.#context.count('connections-dropped'));
    server.on('clientError', (error, socket) => this.#parserGaveUp(error, socket));
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      this.#handle(request, response).catch((error: unknown) => this.#broke(error, response));
    };
    server.on('request', handle);
    server.on('checkContinue', handle); // refused before a large body is sent
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(listenError(cause, host, port)));
      server.listen({ host, port }, resolve);
    });
    server.on('error', (cause) => this.#fail(listenError(cause, host, port)));
    if (this.#isClosed()) await this.#end(server); // closed while it opened
  }

  /** The events of requests that came since the last batch; waits for the first. */
  async *batches(signal: AbortSignal): AsyncGenerator<readonly Delivery<CloudEventMessage>[]> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        if (signal.aborted || this.#closing !== undefined) return;
        const requests = this.#queue;
        this.#queue = [];
        if (requests.length > 0) yield requests.flatMap(({ deliveries }) => deliveries);
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Answers 503 to every sender that waits, and closes the port and all connections. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#endTlsWatch?.();
    this.#wake?.();
    this.#queue = [];
    for (const request of this.#waiting) request.end('retry');
    if (this.#server?.listening === true) await this.#end(this.#server);
  }

  async #end(server: Server): Promise<void> {
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    const cancel = this.#context.clock.after(LINGER_MS, () => server.closeAllConnections());
    await closed;
    cancel();
  }

  /** Read through a method: the compiler does not see it change. */
  #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  async #createServer(): Promise<Server> {
    const { headerBytesMax, requestTimeoutMs, idleTimeoutMs, tls, tlsCheckMs } = this.#config;
    const options = {
      maxHeaderSize: headerBytesMax,
      headersTimeout: requestTimeoutMs,
      // The body has a time limit of its own, which can be answered.
      requestTimeout: requestTimeoutMs + LINGER_MS,
      connectionsCheckingInterval: SLOW_CHECK_MS,
      keepAliveTimeout: idleTimeoutMs,
    };
    if (tls === undefined) return createServer(options);
    const material = await readServerTls(tls);
    let server: TlsServer;
    try {
      server = createTlsServer({ ...options, ...material, minVersion: 'TLSv1.2' });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const text = `tls: ${tls.certFile} and ${tls.keyFile} cannot be used together: ${why}`;
      throw new TransportError('permanent', 'VIA_CLOUDEVENTS_TLS_FILE', text, { cause });
    }
    this.#endTlsWatch = watchServerTls(server, tls, tlsCheckMs, this.#context);
    return server;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = judgeRequest(request, this.#config, () =>
      this.#rate.take(this.#context.clock.now()),
    );
    if (verdict.kind === 'permission') {
      answer(response, 200, verdict.headers);
      return;
    }
    const refusal = verdict.kind === 'refused' ? verdict.refusal : this.#noRoom();
    if (refusal !== undefined) {
      this.#refuse(response, refusal);
      return;
    }
    if (headerOf(request, 'expect') !== undefined) response.writeContinue();
    await this.#receive(request, response);
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let held = 0;
    const release = (): void => {
      this.#bytes -= held;
      held = 0;
    };
    const { clock } = this.#context;
    const { bodyBytesMax, requestTimeoutMs, inFlightBytesMax } = this.#config;
    const read = await readBody(request, {
      clock,
      bytesMax: bodyBytesMax,
      timeoutMs: requestTimeoutMs,
      take: (bytes) => {
        if (this.#bytes + bytes > inFlightBytesMax) return false;
        this.#bytes += bytes;
        held += bytes;
        return true;
      },
    });
    if (read.kind !== 'whole') {
      release();
      this.#unread(read.kind, response);
      return;
    }
    const headers = Object.fromEntries(
      Object.keys(request.headers).map((name) => [name, headerOf(request, name)]),
    );
    const events = readHttp({ headers, body: read.body }, this.#config.batchEventsMax);
    if (!events.ok || events.value.length === 0) {
      release();
      if (events.ok) answer(response, 204);
      else this.#refuse(response, refusalOf(events.error));
      return;
    }
    this.#admit(events.value, response, release);
  }

  #unread(kind: 'too-large' | 'no-room' | 'timed-out' | 'aborted', response: ServerResponse): void {
    if (kind === 'aborted') this.#context.count('requests-aborted');
    else if (kind === 'no-room') this.#refuse(response, this.#busy());
    else if (kind === 'too-large') this.#refuse(response, tooLarge(this.#config.bodyBytesMax));
    else {
      const detail = `the body was not complete after ${this.#config.requestTimeoutMs} ms`;
      const headers = { Connection: 'close' };
      this.#refuse(response, { status: 408, code: 'VIA_CLOUDEVENTS_TIMEOUT', detail, headers });
    }
  }

  /** Hands the events of a request on; it is answered when they are settled, or after a time. */
  #admit(
    events: readonly CloudEventMessage[],
    response: ServerResponse,
    release: () => void,
  ): void {
    const { clock } = this.#context;
    if (this.#closing !== undefined) {
      release();
      this.#refuse(response, this.#busy());
      return;
    }
    this.#events += events.length;
    this.#bytes += events.length * EVENT_OVERHEAD_BYTES;
    const waiting = new WaitingRequest(events, clock.now(), (end) => {
      cancel();
      release();
      this.#events -= events.length;
      this.#bytes -= events.length * EVENT_OVERHEAD_BYTES;
      this.#waiting.delete(waiting);
      this.#ended(end, response);
    });
    const cancel = clock.after(this.#config.ackTimeoutMs, () => {
      // Nobody took it: it must not be taken after its sender was told to come again.
      this.#queue = this.#queue.filter((one) => one !== waiting);
      waiting.end('retry');
    });
    this.#waiting.add(waiting);
    this.#queue.push(waiting);
    this.#wake?.();
  }

  #ended(end: RequestEnd, response: ServerResponse): void {
    if (end === 'taken') answer(response, 202);
    else if (end === 'retry') this.#refuse(response, this.#busy());
    else {
      const detail = 'the events were read and then refused; sending them again is of no use';
      this.#refuse(response, { status: 422, code: 'VIA_CLOUDEVENTS_DISCARDED', detail });
    }
  }

  #noRoom(): Refusal | undefined {
    const { inFlightMax, inFlightBytesMax } = this.#config;
    const isFull = this.#events >= inFlightMax || this.#bytes >= inFlightBytesMax;
    return isFull || !this.#takes || this.#closing !== undefined ? this.#busy() : undefined;
  }

  #busy(): Refusal {
    return {
      status: 503,
      code: 'VIA_CLOUDEVENTS_BUSY',
      detail: 'the events are not stored; send them again later',
      retryAfterMs: this.#config.retryAfterMs,
      ...(this.#closing === undefined ? {} : { headers: { Connection: 'close' } }),
    };
  }

  #refuse(response: ServerResponse, refusal: Refusal): void {
    this.#context.count(`requests-refused-${refusal.status}`);
    refuse(response, refusal);
  }

  /** The parser met something that is not HTTP, too long a header, or too slow a sender. */
  #parserGaveUp(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = parserRefusal(error.code, this.#config);
    this.#context.count(`requests-refused-${refusal.status}`);
    const cancel = this.#context.clock.after(LINGER_MS, () => socket.destroy());
    socket.once('close', cancel);
    socket.end(rawRefusal(refusal));
  }

  #broke(error: unknown, response: ServerResponse): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#context.logger.error({ error: text }, 'a request could not be handled');
    response.destroy();
  }

  #fail(error: TransportError): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}

function parserRefusal(code: string | undefined, config: HttpSourceConfig): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = `the headers have more than ${config.headerBytesMax} bytes`;
    return { status: 431, code: 'VIA_CLOUDEVENTS_TOO_LARGE', detail };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const detail = `the request was not complete after ${config.requestTimeoutMs} ms`;
    return { status: 408, code: 'VIA_CLOUDEVENTS_TIMEOUT', detail };
  }
  return { status: 400, code: 'VIA_CLOUDEVENTS_BAD_REQUEST', detail: 'this is not HTTP/1.1' };
}

function tooLarge(bytesMax: number): Refusal {
  const detail = `the body has more than ${bytesMax} bytes`;
  return { status: 413, code: 'VIA_CLOUDEVENTS_TOO_LARGE', detail };
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): TransportError {
  const why = LISTEN_PROBLEMS[cause.code ?? ''] ?? cause.message;
  const text = `${host}:${port} cannot be listened on: ${why}`;
  return new TransportError('permanent', 'VIA_CLOUDEVENTS_LISTEN', text, { cause });
}

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'not permitted (ports below 1024 need a privilege)',
};
