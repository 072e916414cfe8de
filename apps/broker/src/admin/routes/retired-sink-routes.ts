/** Sinks that were taken out of the configuration, and dropping them for good. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type AdminContext, operationsOf } from '../context.ts';
import { answers, TIME } from '../schemas.ts';
import { DRY_RUN } from './replay-schemas.ts';

const RETIRED = {
  name: Type.String(),
  events: Type.Integer({ description: 'What it is still owed.' }),
  parked: Type.Integer({ description: 'Those of them that it refused at least once.' }),
  oldestAt: Type.Optional(TIME),
};

const LIST = Type.Object({ sinks: Type.Array(Type.Object(RETIRED)) });

const NAMED = Type.Object({ name: Type.String({ maxLength: 200 }) });

const DROP = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 500, description: 'For the audit log.' }),
    events: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'So many may be lost to it; default 0. Where it is more, nothing is done.',
      }),
    ),
    dryRun: Type.Optional(DRY_RUN),
  },
  { additionalProperties: false },
);

const DROPPED = Type.Object({ ...RETIRED, dropped: Type.Boolean() });

/** Registers `/api/v1/retired-sinks`. */
export function retiredSinkRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['status'];
  const list = {
    tags,
    summary: 'Sinks that were taken out of the configuration, and what they are still owed.',
    response: answers(LIST),
  };
  app.get('/api/v1/retired-sinks', { schema: list }, async () => ({
    sinks: await operationsOf(context).retiredSinks.list(),
  }));

  const drop = {
    tags,
    summary: 'Forget a retired sink, with what it is still owed. Its dead letters stay.',
    params: NAMED,
    body: DROP,
    response: answers(DROPPED),
  };
  const config = { isBodyAudited: true };
  app.post('/api/v1/retired-sinks/:name/drop', { schema: drop, config }, async (request) => {
    const { retiredSinks } = operationsOf(context);
    const { name } = request.params;
    const result = await retiredSinks.drop({ name, ...request.body });
    request.auditedResult = { ...result };
    return result;
  });
}
