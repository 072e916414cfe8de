/** What is stored: searched, and one event with all that is known of it. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type AdminContext, operationsOf, served } from '../context.ts';
import { LIVE_QUERY } from '../event-filter.ts';
import { deliveriesOf, type EventBody, renderedIn } from '../event-outputs.ts';
import { eventSummary } from '../event-summary.ts';
import { notFound, Refusal } from '../refusal.ts';
import { requestSignal } from '../request-signal.ts';
import { routesTaken } from '../routes-taken.ts';
import { answers, EVENT, OBJECT, oneOf, TIME } from '../schemas.ts';
import { parseTime } from '../time-text.ts';
import type { EventQuery, FoundEvent } from '../../operations/operations.ts';

const TIME_TEXT = Type.String({
  maxLength: 40,
  description: 'Milliseconds since the epoch, or a time of RFC 3339.',
});

const QUERY = Type.Object(
  {
    from: Type.Optional(TIME_TEXT),
    to: Type.Optional(TIME_TEXT),
    ...LIVE_QUERY,
    order: Type.Optional(oneOf(['newest', 'oldest'])),
    after: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The `next` of the page before.' }),
    ),
    max: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    view: Type.Optional(
      oneOf(['summary', 'event'], {
        default: 'event',
        description: '`summary`: one line of each, without the canonical event.',
      }),
    ),
  },
  { additionalProperties: false },
);

const FOUND = Type.Object(
  {
    position: Type.Integer(),
    at: TIME,
    source: Type.String(),
    targets: Type.Array(Type.String()),
    replay: Type.Optional(Type.String()),
    event: Type.Optional(EVENT),
  },
  { additionalProperties: true },
);

const PAGE = Type.Object({
  events: Type.Array(FOUND),
  next: Type.Optional(Type.Integer({ description: 'Missing at the end of the journal.' })),
  warnings: Type.Array(Type.String()),
});

const OUTPUT = Type.Object(
  {
    recomputed: Type.Literal(true, {
      description: 'Encoded again as the sink is configured now: the journal keeps no output.',
    }),
    dialect: Type.String(),
    natives: Type.Optional(Type.Array(OBJECT)),
    losses: Type.Optional(Type.Array(OBJECT)),
    invented: Type.Optional(Type.Array(OBJECT)),
    explain: Type.Optional(OBJECT),
    error: Type.Optional(OBJECT),
  },
  { additionalProperties: false },
);

const DETAILS = Type.Object(
  {
    ...FOUND.properties,
    native: Type.Optional(OBJECT),
    variants: Type.Optional(
      Type.Array(OBJECT, { description: 'The shapes that routes gave it for some sinks.' }),
    ),
    others: Type.Array(Type.Integer()),
    routes: Type.Array(OBJECT, { description: "Today's routes that it takes, with their sinks." }),
    deliveries: Type.Array(
      Type.Object(
        {
          sink: Type.String(),
          state: Type.String(),
          deadLetter: Type.Optional(Type.Integer()),
          attempts: Type.Array(OBJECT),
          recent: Type.Array(OBJECT, {
            description: 'Outcomes of this process that are still remembered, with latency.',
          }),
          output: Type.Optional(OUTPUT),
        },
        { additionalProperties: true },
      ),
    ),
  },
  { additionalProperties: true },
);

const BY_ID = Type.Object({ id: Type.String({ maxLength: 200 }) });

/** Registers `/api/v1/events`. */
export function eventRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['events'];

  const search = { tags, summary: 'Search.', querystring: QUERY, response: answers(PAGE) };
  app.get('/api/v1/events', { schema: search }, async (request, reply) => {
    const { view, from, to, ...rest } = request.query;
    const query: EventQuery = {
      ...rest,
      ...(from === undefined ? {} : { from: parseTime('from', from) }),
      ...(to === undefined ? {} : { to: parseTime('to', to) }),
    };
    if (query.from !== undefined && query.to !== undefined && query.from > query.to) {
      throw new Refusal(400, 'VIA_ADMIN_REQUEST', 'the range ends before it begins');
    }
    const page = await operationsOf(context).events.search(query, requestSignal(reply));
    return view === 'summary' ? { ...page, events: page.events.map(lineOf) } : page;
  });

  const one = { tags, summary: 'One event.', params: BY_ID, response: answers(DETAILS) };
  app.get('/api/v1/events/:id', { schema: one }, async (request, reply) => {
    const { broker } = served(context);
    const { id } = request.params;
    const details = await operationsOf(context).events.get(id, requestSignal(reply));
    if (details === undefined) throw notFound(`event ${id} in the journal`);
    const body: EventBody = {
      ...details,
      routes: routesTaken(details, broker.configuration),
      deliveries: deliveriesOf(details, broker, context),
    };
    return body;
  });

  const inDialect = {
    tags,
    summary: 'One event as another dialect says it, with losses and where each value came from.',
    params: Type.Object({ ...BY_ID.properties, dialect: Type.String({ maxLength: 64 }) }),
    response: answers(OUTPUT),
  };
  app.get('/api/v1/events/:id/as/:dialect', { schema: inDialect }, async (request, reply) => {
    const { broker } = served(context);
    const { id, dialect } = request.params;
    const details = await operationsOf(context).events.get(id, requestSignal(reply));
    if (details === undefined) throw notFound(`event ${id} in the journal`);
    const entry = context.adapters.find(({ name }) => name === dialect);
    if (entry === undefined) throw notFound(`dialect "${dialect}"`);
    return renderedIn(await entry.loadCodec(), details, broker, context);
  });
}

function lineOf(found: FoundEvent): object {
  const { replay } = found;
  const line = eventSummary(found, found.position, found.at);
  return replay === undefined ? line : { ...line, replay };
}
