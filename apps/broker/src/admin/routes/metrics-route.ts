/** For Prometheus. */
import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { answers } from '../schemas.ts';

/** Registers `/metrics`. */
export function metricsRoute(app: FastifyInstance, context: AdminContext): void {
  const schema = {
    tags: ['health'],
    summary: 'Metrics in the text format of Prometheus; docs/metrics.md lists them.',
    response: answers(Type.String()),
  };
  app.get('/metrics', { schema }, async (_request, reply) => {
    const { contentType } = context.exposition;
    return reply.type(contentType).send(await context.exposition.text());
  });
}
