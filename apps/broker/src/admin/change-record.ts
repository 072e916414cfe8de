/**
 * What the audit log says of a request that changes something: written when the answer is over,
 * however it ended, also where whoever asked has hung up.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '@viaduct/core';
import { accessOf, isReading, NOBODY } from './access.ts';
import type { AdminContext } from './context.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether it changes something and is written to the audit log. Default: all but GET. */
    readonly changes?: boolean;
    /** Whether its body may stand in the audit log. */
    readonly isBodyAudited?: boolean;
  }
  interface FastifyRequest {
    /** What the audit log says of the request beside its body; never a secret. */
    auditedFacts: JsonObject | undefined;
    /** What it did, in numbers or names. */
    auditedResult: JsonObject | undefined;
  }
}

/** How much of a body stands in the audit log, characters of JSON. */
const AUDITED_LENGTH_MAX = 2_000;

/** How much of a path stands in the audit log, characters. */
const PATH_LENGTH_MAX = 300;

/** HTTP's word for what has begun (RFC 2518 §10.1), and nginx's for whoever did not wait. */
const UNDER_WAY = 102;
const CALLED_OFF = 499;

/** Has the change that a request asks for written down when it is over. */
export function recordChange(
  request: FastifyRequest,
  reply: FastifyReply,
  context: AdminContext,
): void {
  if (!(request.routeOptions.config.changes ?? !isReading(request))) return;
  // Not fastify's onResponse: it is not called for a stream that the client has left.
  reply.raw.once('close', () => {
    write(request, reply.raw.writableFinished ? reply.statusCode : CALLED_OFF, context);
  });
}

/** Has it written down that a change which takes a while has begun: it may never end. */
export function recordBeginning(request: FastifyRequest, context: AdminContext): void {
  write(request, UNDER_WAY, context);
}

function write(request: FastifyRequest, status: number, { audit, logger }: AdminContext): void {
  const { problemCode: code, auditedResult: result } = request;
  const asked = { ...askedOf(request), ...request.auditedFacts };
  const record = {
    who: request.principal.who,
    from: request.socket.remoteAddress ?? 'socket',
    what: `${request.method} ${request.url.split('?')[0]?.slice(0, PATH_LENGTH_MAX) ?? ''}`,
    ...(Object.keys(asked).length === 0 ? {} : { request: asked }),
    status,
    ...(code === undefined ? {} : { code }),
    ...(result === undefined ? {} : { result }),
  };
  if (!isStranger(request)) {
    audit.write(record);
    return;
  }
  const { who, from, what } = record;
  logger.info({ who, from, what, status, code }, 'refused somebody unknown over the admin API');
}

/**
 * Somebody unknown who was let in nowhere: in the log only, which is limited, or he could fill the
 * files of the audit log until nothing else is left in them. Attempts to sign in are limited
 * themselves.
 */
function isStranger(request: FastifyRequest): boolean {
  if (request.principal !== NOBODY) return false;
  return accessOf(request) !== 'open' || request.problemCode === 'VIA_ADMIN_RATE_LIMITED';
}

function askedOf({ body, params, routeOptions, is404 }: FastifyRequest): JsonObject {
  const names = is404 ? {} : (params as JsonObject);
  if (routeOptions.config.isBodyAudited !== true) return names;
  const text = JSON.stringify(body ?? {});
  const isShort = text.length <= AUDITED_LENGTH_MAX;
  const shown = isShort ? (body as JsonObject) : { begins: text.slice(0, AUDITED_LENGTH_MAX) };
  return { ...names, ...shown };
}
