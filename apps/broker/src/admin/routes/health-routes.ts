/** For orchestrators: whether the process lives, and whether the broker takes events. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { answers } from '../schemas.ts';

const LIVE = Type.Object({ status: Type.Literal('alive') });

const READY = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('not ready')]),
  parts: Type.Object({
    journal: Type.String({ description: '`open`, or why not.' }),
    engine: Type.String({ description: 'Its state; ready when `running`.' }),
  }),
});

/** Registers `/livez` and `/readyz`. */
export function healthRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['health'];
  const config = { access: 'open' } as const;
  const live = {
    tags,
    summary: 'Whether the process answers.',
    security: [],
    response: answers(LIVE),
  };
  app.get('/livez', { config, schema: live }, () => ({ status: 'alive' as const }));

  const ready = {
    tags,
    summary: 'Whether the broker takes events; says which part is not ready.',
    security: [],
    response: { ...answers(READY), ...answers(READY, 503) },
  };
  app.get('/readyz', { config, schema: ready }, (_request, reply) => {
    const running = context.served();
    const engine = running?.broker.engine.status().state ?? 'not running';
    const journal = journalState(running !== undefined, engine);
    const isReady = journal === 'open' && engine === 'running';
    void reply.code(isReady ? 200 : 503);
    return { status: isReady ? 'ready' : 'not ready', parts: { journal, engine } };
  });
}

function journalState(isServed: boolean, engine: string): string {
  if (!isServed) return 'not open';
  return engine === 'failed' ? 'failed' : 'open';
}
