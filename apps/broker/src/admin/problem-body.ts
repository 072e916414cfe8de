/**
 * The one form of every error that the API answers: a problem of RFC 9457 (`type`, `title`,
 * `status`, `detail`) with the code that the documentation explains and, for programs that show one
 * line, `message`. Never a stack.
 */
import { STATUS_CODES } from 'node:http';
import type { FastifyError } from 'fastify';
import type { Logger } from '@viaduct/core';
import { redactUrls } from '../config/redact.ts';
import { BrokerError } from '../errors.ts';
import { Refusal } from './refusal.ts';

/** `content-type` of every error. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Largest body of a request, bytes: a configuration of 1 MiB, as JSON. */
export const BODY_BYTES_MAX: number = 4 * 1024 * 1024;

const TOO_LARGE = `the body is larger than ${String(BODY_BYTES_MAX)} bytes`;

/** See the file's comment. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/** Makes a problem. */
export function problemBody(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): ProblemBody {
  const title = STATUS_CODES[status] ?? 'Error';
  const text = redactUrls(message);
  const type = `urn:viaduct:error:${code}`;
  return { ...details, type, title, status, detail: text, code, message: text };
}

/** What an error of a request is answered with; one that nobody expected is logged. */
export function problemOf(error: unknown, logger: Logger): ProblemBody {
  if (error instanceof Refusal) {
    return problemBody(error.status, error.code, error.message, error.details);
  }
  if (error instanceof BrokerError) {
    return problemBody(STATUSES[error.code] ?? 400, error.code, error.message);
  }
  const known = knownProblem(error);
  if (known !== undefined) return known;
  const { message, stack, code } = error instanceof Error ? withCode(error) : unknownError(error);
  if (code?.startsWith('VIA_') === true) return problemBody(STATUSES[code] ?? 503, code, message);
  const fields = { code: 'VIA_ADMIN_FAILED', ...(stack === undefined ? {} : { stack }) };
  logger.error(fields, `a request to the admin API failed: ${message}`);
  const told = 'the broker could not answer; its log says why';
  return problemBody(500, 'VIA_ADMIN_FAILED', told);
}

function withCode(error: Error & { readonly code?: unknown }) {
  const { message, stack, code } = error;
  return { message, stack, code: typeof code === 'string' ? code : undefined };
}

function unknownError(error: unknown) {
  return { message: String(error), stack: undefined, code: undefined };
}

/** What is no fault of the request, or of the broker, is a conflict with how things are. */
const STATUSES: Readonly<Record<string, number>> = {
  VIA_BROKER_REPLAY_UNDER_WAY: 409,
  VIA_BROKER_BUSY: 503,
  VIA_BROKER_SINK_IN_USE: 409,
  VIA_BROKER_SINK_OWED: 409,
  VIA_BROKER_FAILED: 500,
  VIA_ENGINE_REPLAY_SINK_GONE: 409,
  VIA_ENGINE_REPLAY_TOO_LARGE: 400,
  VIA_JOURNAL_BACKUP_EXISTS: 409,
  VIA_JOURNAL_NOT_RETIRED: 409,
  VIA_JOURNAL_UNKNOWN_SUBSCRIPTION: 404,
};

/** Errors of fastify itself, in words of ours. */
function knownProblem(error: unknown): ProblemBody | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode = 500, code, message, validation, validationContext } = error as FastifyError;
  if (statusCode >= 500) return undefined;
  if (validation !== undefined) {
    const problems = validation.map(({ instancePath, message: what = 'is wrong', params }) => ({
      path: `${validationContext ?? 'request'}${instancePath.replaceAll('/', '.')}`,
      message: `${what}${shownParameter(params)}`,
    }));
    const [first] = validation;
    const at = shownPlace(validationContext, first?.instancePath ?? '');
    const text = `${at} ${problems[0]?.message ?? 'is wrong'}`;
    return problemBody(400, 'VIA_ADMIN_REQUEST', text, { problems });
  }
  switch (statusCode) {
    case 404:
      return problemBody(404, 'VIA_ADMIN_NOT_FOUND', message);
    case 413:
      return problemBody(413, 'VIA_ADMIN_TOO_LARGE', TOO_LARGE);
    case 415:
      return problemBody(415, 'VIA_ADMIN_REQUEST', 'send JSON: content-type: application/json');
    case 429:
      return problemBody(429, 'VIA_ADMIN_RATE_LIMITED', message);
    default:
      return problemBody(statusCode, 'VIA_ADMIN_REQUEST', code === '' ? 'bad request' : message);
  }
}

/** Where something is, for people: `max in the query`, `letters.ids in the body`. */
function shownPlace(part: string | undefined, pointer: string): string {
  const where = PARTS[part ?? ''] ?? 'the request';
  const name = pointer.slice(1).replaceAll('/', '.');
  return name === '' ? where : `${name} in ${where}`;
}

const PARTS: Readonly<Record<string, string>> = {
  body: 'the body',
  params: 'the address',
  querystring: 'the query',
};

function shownParameter(params: Readonly<Record<string, unknown>> | undefined): string {
  const { additionalProperty, allowedValues } = params ?? {};
  if (typeof additionalProperty === 'string') return `: ${additionalProperty}`;
  return Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
}
