/** Sending stored events again, and telling active alarms again. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type AdminContext, operationsOf } from '../context.ts';
import { LINES, sendLines } from '../progress-lines.ts';
import { answers, MOMENT, OBJECT } from '../schemas.ts';
import { DRY_RUN, KEYS, MATCH, NAMES, RATE } from './replay-schemas.ts';

const FORCE = Type.Boolean({
  description: "Send to `sinks` also what today's routes do not lead to them.",
});

const REPLAY = Type.Object(
  {
    from: MOMENT,
    to: MOMENT,
    sources: Type.Optional(NAMES),
    sinks: Type.Optional(NAMES),
    match: MATCH,
    force: Type.Optional(FORCE),
    allStates: Type.Optional(
      Type.Boolean({ description: 'Also states that a newer event has superseded.' }),
    ),
    id: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Under one id no event goes to a sink twice. Default: made of the request.',
      }),
    ),
    again: Type.Optional(Type.Boolean({ description: 'A new id: send all of it once more.' })),
    ratePerSecond: Type.Optional(RATE),
    dryRun: Type.Optional(DRY_RUN),
  },
  { additionalProperties: false },
);

const RESEND = Type.Object(
  {
    sinks: Type.Optional(NAMES),
    force: Type.Optional(FORCE),
    keys: Type.Optional(KEYS),
    ratePerSecond: Type.Optional(RATE),
    dryRun: Type.Optional(DRY_RUN),
  },
  { additionalProperties: false },
);

const ALARMS = Type.Object({
  alarms: Type.Array(
    Type.Object(
      {
        key: Type.String(),
        source: Type.String(),
        since: Type.String({ format: 'date-time' }),
        severity: Type.String(),
        subject: Type.String(),
        name: Type.Optional(Type.String()),
        cause: Type.Optional(Type.String()),
      },
      { additionalProperties: true },
    ),
  ),
  warnings: Type.Array(Type.String()),
});

const FIGURES = Type.Object({
  brokerId: Type.String(),
  journal: OBJECT,
  deadLetters: Type.Integer(),
});

/** Registers `/api/v1/replay`, `/alarms` and `/figures`. */
export function replayRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const config = { isBodyAudited: true };

  const replay = {
    tags: ['replay'],
    summary: 'Send stored events again: first the plan, then how far it is, at last what it did.',
    body: REPLAY,
    response: LINES,
  };
  app.post('/api/v1/replay', { schema: replay, config }, (request, reply) =>
    sendLines(request, reply, context, (signal) =>
      operationsOf(context).replay(request.body, signal),
    ),
  );

  const list = { tags: ['alarms'], summary: 'The oldest first.', response: answers(ALARMS) };
  app.get('/api/v1/alarms', { schema: list }, () => operationsOf(context).alarms.list());

  const resend = {
    tags: ['alarms'],
    summary: 'Tell active alarms again.',
    body: RESEND,
    response: LINES,
  };
  app.post('/api/v1/alarms/resend', { schema: resend, config }, (request, reply) =>
    sendLines(request, reply, context, (signal) =>
      operationsOf(context).alarms.resend(request.body, signal),
    ),
  );

  const figures = {
    tags: ['status'],
    summary: 'What the journal holds.',
    response: answers(FIGURES),
  };
  app.get('/api/v1/figures', { schema: figures }, () => operationsOf(context).figures());
}
