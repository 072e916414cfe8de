/** Long work told as lines of JSON while it goes on. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '@viaduct/core';
import { BrokerError } from '../errors.ts';
import { recordBeginning } from './change-record.ts';
import type { AdminContext } from './context.ts';
import type { WorkBody } from './long-work.ts';
import { type ProblemBody, problemOf } from './problem-body.ts';
import { Refusal } from './refusal.ts';
import { requestSignal } from './request-signal.ts';

/** `content-type` of such an answer. */
const LINES_TYPE = 'application/x-ndjson; charset=utf-8';

/** A description of an answer in lines. */
export const LINES: object = {
  200: { description: `Lines of JSON (${LINES_TYPE}).`, type: 'string' },
};

/** A step of long work. */
type Step = { readonly kind: string; readonly result?: object };

/**
 * Begins work and answers what it tells, one line each, at the pace of whoever reads. What fails
 * before the first line is an ordinary error; what fails later is a last line of the kind `error`
 * with the problem. It ends with the connection, or when somebody stops it.
 */
export async function sendLines(
  request: FastifyRequest,
  reply: FastifyReply,
  context: AdminContext,
  begin: (signal: AbortSignal) => AsyncIterable<Step>,
): Promise<FastifyReply> {
  const before = context.work.list();
  const what = `${request.method} ${request.url.split('?')[0] ?? ''}`;
  const work = context.work.begin(what, request.principal.who);
  const gone = requestSignal(reply);
  const iterator = begin(AbortSignal.any([gone, work.signal]))[Symbol.asyncIterator]();
  const note = (step: Step): void => {
    work.told(step);
    const { kind: _, ...figures } = step;
    request.auditedResult = (step.result ?? figures) as JsonObject;
  };
  const first = await iterator.next().catch((error: unknown) => {
    work.over();
    throw withOthers(error, before);
  });
  let isChanging = false;
  async function* lines(): AsyncGenerator<string> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) {
        note(next.value);
        if (!isChanging && next.value.kind === 'writing') {
          isChanging = true;
          recordBeginning(request, context);
        }
        yield `${JSON.stringify(next.value)}\n`;
      }
    } catch (error) {
      // Nobody is there to be told, and nothing went wrong.
      if (gone.aborted) return;
      yield lastLine(problemOf(error, context.logger), request);
    } finally {
      work.over();
      await iterator.return?.();
    }
  }
  return reply.type(LINES_TYPE).send(Readable.from(lines()));
}

function lastLine(problem: ProblemBody, request: FastifyRequest): string {
  request.problemCode = problem.code;
  return `${JSON.stringify({ kind: 'error', problem })}\n`;
}

/** Whoever is turned away is told because of whom, and how to end that. */
function withOthers(error: unknown, works: readonly WorkBody[]): unknown {
  const isTurnedAway = error instanceof BrokerError && error.code === 'VIA_BROKER_REPLAY_UNDER_WAY';
  if (!isTurnedAway || works.length === 0) return error;
  const told = works.map(({ id, what, who, since }) => {
    return `${who} began ${what} at ${new Date(since).toISOString()} (work ${String(id)})`;
  });
  const message =
    `another replay is under way: ${told.join('; ')}. Wait for it, or stop it with ` +
    `POST /api/v1/work/ID/stop, and repeat this later`;
  return new Refusal(409, error.code, message, { work: works });
}
