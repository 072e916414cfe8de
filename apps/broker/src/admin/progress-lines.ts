/** Long work told as lines of JSON while it goes on. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Logger } from '@viaduct/core';
import { problemOf } from './problem-body.ts';

/** `content-type` of such an answer. */
export const LINES_TYPE = 'application/x-ndjson; charset=utf-8';

/**
 * Answers what is told, one line each, at the pace of whoever reads. What fails before the first
 * line is an ordinary error; what fails later is a last line of the kind `error` with the problem.
 */
export async function sendLines(
  reply: FastifyReply,
  told: AsyncIterable<object>,
  logger: Logger,
): Promise<FastifyReply> {
  const iterator = told[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* lines(): AsyncGenerator<string> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) {
        yield `${JSON.stringify(next.value)}\n`;
      }
    } catch (error) {
      const problem = problemOf(error, logger);
      reply.request.problemCode = problem.code;
      yield `${JSON.stringify({ kind: 'error', problem })}\n`;
    } finally {
      await iterator.return?.();
    }
  }
  return reply.type(LINES_TYPE).send(Readable.from(lines()));
}
