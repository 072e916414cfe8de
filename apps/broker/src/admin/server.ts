/** One HTTP server of the admin API: the same routes behind the socket and behind TCP. */
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { Ajv } from 'ajv';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { admit, type Door, NOBODY, principalOf } from './access.ts';
import { recordChange } from './change-record.ts';
import type { AdminContext } from './context.ts';
import { registerDescription } from './description.ts';
import { isShallow, NESTING_MAX } from './nesting.ts';
import {
  BODY_BYTES_MAX,
  PROBLEM_TYPE,
  problemBody,
  problemOf,
  type ProblemBody,
} from './problem-body.ts';
import { Refusal } from './refusal.ts';
import { ROUTES } from './routes/routes.ts';
import { followTls, readTls } from './tls-files.ts';

/** All headers of a request, bytes. */
const HEADER_BYTES_MAX = 16 * 1024;

/** How long a client may take to send its headers, and the whole of its request, milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** How often slow requests are looked for, milliseconds. */
const TIMEOUT_CHECK_MS = 2_000;

/** How long an idle connection is kept, milliseconds. */
const KEEP_ALIVE_MS = 30_000;

/** Connections at a time; what comes on top is closed at once. */
const CONNECTIONS_MAX = 512;

/** Requests of one address in a minute. */
const REQUESTS_PER_MINUTE = 1_200;

/** Addresses that are counted apart. */
const ADDRESSES_MAX = 5_000;

/** How much of a path is said again, characters. */
const SHOWN_PATH_MAX = 300;

/** A server that listens to nothing yet. */
export async function createServer(context: AdminContext, door: Door): Promise<FastifyInstance> {
  const app = createInstance(context, door);
  app.server.maxConnections = CONNECTIONS_MAX;
  app.decorateRequest('principal');
  app.decorateRequest('sessionSecret');
  app.decorateRequest('problemCode');
  app.decorateRequest('auditedFacts');
  app.decorateRequest('auditedResult');
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strictAjv : textAjv).compile(schema as object),
  );
  app.removeContentTypeParser('text/plain');
  answerErrors(app, context);
  await app.register(cookie);
  await app.register(helmet, HELMET);
  if (door.kind === 'network') await app.register(rateLimit, LIMITS);
  const checkRate = door.kind === 'network' ? rateCheck(app) : undefined;
  app.addHook('onRequest', async (request, reply) => {
    request.principal = NOBODY;
    recordChange(request, reply, context);
    // What it tells is of this moment, and for whoever asks.
    void reply.header('cache-control', 'no-store');
    // Before anybody is recognised, so that guessing is limited, too.
    await checkRate?.(request, reply);
    request.principal = principalOf(request, door, context);
    admit(request);
  });
  app.addHook('preValidation', refuseNesting);
  await registerDescription(app, context.version);
  for (const register of ROUTES) register(app, context, door);
  return app;
}

/** Nobody may look at such a body, the audit log neither. */
async function refuseNesting(request: FastifyRequest): Promise<void> {
  if (isShallow(request.body)) return Promise.resolve();
  request.body = undefined;
  const message = `the body is nested deeper than ${String(NESTING_MAX)} levels`;
  throw new Refusal(400, 'VIA_ADMIN_REQUEST', message);
}

/** Bodies are what they are; in addresses everything is text. */
const strictAjv = new Ajv({ coerceTypes: false, useDefaults: true, strict: false });
const textAjv = new Ajv({ coerceTypes: 'array', useDefaults: true, strict: false });

const HELMET = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      // Editors and charts place things by style attributes; no style can be loaded from elsewhere.
      styleSrc: ["'self'", "'unsafe-inline'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
} as const;

/** Routes may have limits of their own beside that of all requests. */
const LIMITS = {
  global: false,
  cache: ADDRESSES_MAX,
  errorResponseBuilder: (_request: FastifyRequest, { ttl }: { readonly ttl: number }) =>
    tooMany(Math.ceil(ttl / 1000)),
};

function tooMany(seconds: number): Refusal {
  const message = `too many requests: wait ${String(seconds)} s`;
  return new Refusal(429, 'VIA_ADMIN_RATE_LIMITED', message);
}

function rateCheck(app: FastifyInstance) {
  const check = app.createRateLimit({ max: REQUESTS_PER_MINUTE, timeWindow: 60_000 });
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const rate = await check(request);
    if (rate.isAllowed || !rate.isExceeded) return;
    void reply.header('retry-after', rate.ttlInSeconds);
    throw tooMany(rate.ttlInSeconds);
  };
}

function createInstance(context: AdminContext, door: Door): FastifyInstance {
  const { settings } = context;
  const common = {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    clientErrorHandler: refuseClient,
    frameworkErrors: (error: Error, _request: unknown, reply: unknown) => {
      void send(reply, problemBody(400, 'VIA_ADMIN_REQUEST', error.message));
    },
  };
  const http = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
  };
  const isTls = door.kind === 'network' && door.isTls;
  if (!isTls || settings.tls === undefined) return fastify({ ...common, http });
  const app = fastify({ ...common, https: { ...http, ...readTls(settings.tls) } });
  followTls(app.server, settings.tls, context);
  // The routes are the same; only the type of the server below them is another.
  return app;
}

/** The reply of any route: none of them describes its problems. */
function send(reply: unknown, problem: ProblemBody): unknown {
  const plain = reply as FastifyReply;
  return plain.code(problem.status).type(PROBLEM_TYPE).send(problem);
}

function answerErrors(app: FastifyInstance, context: AdminContext): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, context.logger);
    request.problemCode = problem.code;
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="viaduct"');
    return send(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]?.slice(0, SHOWN_PATH_MAX) ?? '';
    const code = 'VIA_ADMIN_NOT_FOUND';
    request.problemCode = code;
    return send(reply, problemBody(404, code, `there is no ${request.method} ${path}`));
  });
}

/** What is no HTTP, too large or too slow, before there is a request. */
function refuseClient(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = CLIENT_ERRORS[error.code ?? ''] ?? [400, 'this is no HTTP request'];
  const code = status === 431 ? 'VIA_ADMIN_TOO_LARGE' : 'VIA_ADMIN_REQUEST';
  const body = JSON.stringify(problemBody(status, code, message));
  const { title } = problemBody(status, code, message);
  socket.end(
    `HTTP/1.1 ${String(status)} ${title}\r\nconnection: close\r\n` +
      `content-type: ${PROBLEM_TYPE}\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
  );
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, `the headers are longer than ${String(HEADER_BYTES_MAX)} bytes`],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
};
