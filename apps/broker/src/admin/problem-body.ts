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
  if (error instanceof BrokerError) return problemBody(statusOf(error), error.code, error.message);
  const known = knownProblem(error);
  if (known !== undefined) return known;
  const { message, stack, code } = error instanceof Error ? withCode(error) : unknownError(error);
  if (code?.startsWith('VIA_') === true) return problemBody(503, code, message);
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

function statusOf({ code }: BrokerError): number {
  if (code === 'VIA_BROKER_REPLAY_UNDER_WAY') return 409;
  if (code === 'VIA_BROKER_BUSY') return 503;
  return code === 'VIA_BROKER_FAILED' ? 500 : 400;
}

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
    return problemBody(400, 'VIA_ADMIN_REQUEST', message, { problems });
  }
  switch (statusCode) {
    case 404:
      return problemBody(404, 'VIA_ADMIN_NOT_FOUND', message);
    case 413:
      return problemBody(413, 'VIA_ADMIN_TOO_LARGE', message);
    case 415:
      return problemBody(415, 'VIA_ADMIN_REQUEST', 'send JSON: content-type: application/json');
    case 429:
      return problemBody(429, 'VIA_ADMIN_RATE_LIMITED', message);
    default:
      return problemBody(statusCode, 'VIA_ADMIN_REQUEST', code === '' ? 'bad request' : message);
  }
}

function shownParameter(params: Readonly<Record<string, unknown>> | undefined): string {
  const { additionalProperty, allowedValues } = params ?? {};
  if (typeof additionalProperty === 'string') return `: ${additionalProperty}`;
  return Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
}
