/** Dead letters: what could not be done, looked at, tried again, thrown away. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { Stage } from '@viaduct/journal';
import { type AdminContext, operationsOf } from '../context.ts';
import { letterGroups } from '../letter-groups.ts';
import { LINES, sendLines } from '../progress-lines.ts';
import { notFound } from '../refusal.ts';
import { requestSignal } from '../request-signal.ts';
import { answers, OBJECT, oneOf, TIME } from '../schemas.ts';
import { parseTime } from '../time-text.ts';
import { DRY_RUN, LETTERS, NAMES, RATE } from './replay-schemas.ts';

const STAGES: readonly Stage[] = ['receive', 'decode', 'route', 'encode', 'send', 'hook'];

const FILTER_TEXTS = {
  stage: Type.Optional(oneOf(STAGES)),
  code: Type.Optional(Type.String({ maxLength: 100 })),
  source: Type.Optional(Type.String({ maxLength: 200 })),
  sink: Type.Optional(Type.String({ maxLength: 200 })),
  from: Type.Optional(Type.String({ maxLength: 40 })),
  to: Type.Optional(Type.String({ maxLength: 40 })),
  text: Type.Optional(Type.String({ maxLength: 500 })),
};

const QUERY = Type.Object(
  {
    ...FILTER_TEXTS,
    after: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The `next` of the page before.' }),
    ),
    max: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);

const SUMMARY = Type.Object(
  {
    id: Type.Integer(),
    at: TIME,
    stage: Type.String(),
    code: Type.String(),
    reason: Type.String(),
    source: Type.String(),
    sink: Type.Optional(Type.String()),
    attempts: Type.Integer(),
    event: Type.Optional(OBJECT),
  },
  { additionalProperties: true },
);

const PAGE = Type.Object({
  letters: Type.Array(SUMMARY),
  next: Type.Optional(Type.Integer({ description: 'Missing when there are no more.' })),
});

const GROUPS = Type.Object({
  groups: Type.Array(
    Type.Object({
      stage: Type.String(),
      code: Type.String(),
      source: Type.String(),
      sink: Type.Optional(Type.String()),
      count: Type.Integer(),
      reason: Type.String({ description: 'Of the newest of them.' }),
      firstAt: TIME,
      lastAt: TIME,
    }),
  ),
  letters: Type.Integer({ description: 'Letters looked at.' }),
  isComplete: Type.Boolean({ description: 'Whether those were all.' }),
});

const REPLAY = Type.Object(
  {
    letters: LETTERS,
    route: Type.Optional(Type.Boolean({ description: "Wherever today's routes lead." })),
    sinks: Type.Optional(NAMES),
    ratePerSecond: Type.Optional(RATE),
    dryRun: Type.Optional(DRY_RUN),
  },
  { additionalProperties: false },
);

const DISCARD = Type.Object(
  {
    letters: LETTERS,
    reason: Type.String({ minLength: 1, maxLength: 500, description: 'For the audit log.' }),
    dryRun: Type.Optional(DRY_RUN),
  },
  { additionalProperties: false },
);

const DISCARDED = Type.Object({
  discarded: Type.Integer(),
  byCode: Type.Record(Type.String(), Type.Integer()),
});

/** Registers `/api/v1/dead-letters`. */
export function letterRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['dead letters'];

  const list = { tags, summary: 'Oldest first.', querystring: QUERY, response: answers(PAGE) };
  app.get('/api/v1/dead-letters', { schema: list }, ({ query: { from, to, ...rest } }) =>
    operationsOf(context).deadLetters.list({
      ...rest,
      ...(from === undefined ? {} : { from: parseTime('from', from) }),
      ...(to === undefined ? {} : { to: parseTime('to', to) }),
    }),
  );

  const groups = { tags, summary: 'Counted by reason.', response: answers(GROUPS) };
  app.get('/api/v1/dead-letters/groups', { schema: groups }, () =>
    letterGroups(operationsOf(context).deadLetters),
  );

  const params = Type.Object({ id: Type.Integer() });
  const one = { tags, summary: 'One, with all it holds.', params, response: answers(OBJECT) };
  app.get('/api/v1/dead-letters/:id', { schema: one }, async ({ params: { id } }) => {
    const letter = await operationsOf(context).deadLetters.get(id);
    if (letter === undefined) throw notFound(`dead letter ${String(id)}`);
    return letter;
  });

  const replay = { tags, summary: 'Try them again.', body: REPLAY, response: LINES };
  const config = { isBodyAudited: true };
  app.post('/api/v1/dead-letters/replay', { schema: replay, config }, (request, reply) =>
    sendLines(request, reply, context, (signal) =>
      operationsOf(context).deadLetters.replay(request.body, signal),
    ),
  );

  const discard = {
    tags,
    summary: 'Throw them away for good.',
    body: DISCARD,
    response: answers(DISCARDED),
  };
  app.post('/api/v1/dead-letters/discard', { schema: discard, config }, async (request, reply) => {
    const { deadLetters } = operationsOf(context);
    const result = await deadLetters.discard(request.body, requestSignal(reply));
    request.auditedResult = { ...result };
    return result;
  });
}
