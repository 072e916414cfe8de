/** How everything is at this moment, and how it went in the last hour. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type AdminContext, served } from '../context.ts';
import { POINT_MS } from '../pace.ts';
import { notFound } from '../refusal.ts';
import { answers, OBJECT, oneOf, TIME } from '../schemas.ts';
import { type CourseBody, sinkBody, sourceBody, statusBody } from '../status-body.ts';

const STATE = oneOf(
  ['new', 'connecting', 'connected', 'waiting', 'blocked', 'gave-up', 'closed', 'paused'],
  { description: '`waiting`: the peer cannot be reached. `blocked`: the journal is full.' },
);

const LAST_ERROR = Type.Object({
  at: TIME,
  code: Type.Optional(Type.String()),
  message: Type.String(),
});

const ENDPOINT = {
  name: Type.String(),
  adapter: Type.String({ description: 'As the configuration writes it.' }),
  dialect: Type.String(),
  state: STATE,
  since: TIME,
  lastError: Type.Optional(LAST_ERROR),
  capabilities: OBJECT,
  counts: Type.Record(Type.String(), Type.Number(), { description: 'What its adapter counts.' }),
};

const SOURCE = Type.Object(
  {
    ...ENDPOINT,
    system: Type.String(),
    inFlight: Type.Integer({ description: 'Events decoded and not yet durable.' }),
    held: Type.Integer({ description: 'Events that trackers hold.' }),
    lastReceivedAt: Type.Optional(TIME),
    perSecond: Type.Object({
      received: Type.Number(),
      appended: Type.Number(),
      deadLetters: Type.Number(),
    }),
    counters: OBJECT,
  },
  { additionalProperties: true },
);

const LAG = Type.Object(
  {
    pending: Type.Integer({ description: 'Events owed and not settled.' }),
    parked: Type.Integer(),
    claimed: Type.Integer(),
    oldestAt: Type.Optional(TIME),
  },
  { additionalProperties: true },
);

const PERCENTILES = Type.Object({
  p50Ms: Type.Number(),
  p95Ms: Type.Number(),
  p99Ms: Type.Number(),
});

const SINK = Type.Object(
  {
    ...ENDPOINT,
    partOf: Type.Optional(Type.String()),
    claimed: Type.Integer({ description: 'Events under way.' }),
    retrying: Type.Integer({ description: 'Refused events that wait for their next attempt.' }),
    heldBack: Type.Integer({ description: 'Events that wait behind one of their key.' }),
    lag: Type.Optional(LAG),
    perSecond: Type.Object({
      out: Type.Number({ description: 'The two that follow.' }),
      sent: Type.Number(),
      delivered: Type.Number(),
      refused: Type.Number(),
    }),
    latency: Type.Optional(PERCENTILES),
    counters: OBJECT,
  },
  { additionalProperties: true },
);

const ROUTE = Type.Object(
  {
    name: Type.String(),
    index: Type.Integer(),
    sources: Type.Array(Type.String(), { description: 'The names that `from` stands for.' }),
    sinks: Type.Array(Type.String(), { description: 'The sinks of `to`, and their parts.' }),
    state: STATE,
    perSecond: Type.Number({
      description: 'Events from its sources to its sinks, by whichever route.',
    }),
    lag: Type.Object({ pending: Type.Integer(), oldestAt: Type.Optional(TIME) }),
    failures: Type.Integer({
      description: 'Since the start: its condition or its reshaping had no value for an event.',
    }),
    lastError: Type.Optional(LAST_ERROR),
  },
  {
    additionalProperties: true,
    description:
      'Its state is that of its sink that is worst off, its lag of the one furthest back.',
  },
);

const STATUS = Type.Object({
  broker: OBJECT,
  state: Type.String({ description: 'Of the engine.' }),
  sources: Type.Array(SOURCE),
  sinks: Type.Array(SINK),
  routes: Type.Array(ROUTE, { description: 'As configured, in their order.' }),
  flows: Type.Array(
    Type.Object({
      source: Type.String(),
      sink: Type.String(),
      events: Type.Integer({ description: 'Since this process started.' }),
      perSecond: Type.Number(),
    }),
    { description: 'Events by the source they came from and the sink they are owed to.' },
  ),
  journal: OBJECT,
});

const COURSE = Type.Object({
  stepMs: Type.Integer(),
  points: Type.Array(
    Type.Object({
      at: TIME,
      sources: Type.Record(
        Type.String(),
        Type.Object({ receivedPerSecond: Type.Number(), appendedPerSecond: Type.Number() }),
      ),
      sinks: Type.Record(
        Type.String(),
        Type.Object({
          outPerSecond: Type.Number({ description: 'The two that follow.' }),
          sentPerSecond: Type.Number({ description: 'Nobody confirms these.' }),
          deliveredPerSecond: Type.Number(),
          pending: Type.Integer(),
          oldestAgeMs: Type.Number(),
          latency: Type.Optional(PERCENTILES),
        }),
      ),
      journal: Type.Optional(
        Type.Object({ bytes: Type.Number(), diskFreeBytes: Type.Optional(Type.Number()) }),
      ),
    }),
  ),
});

const NAMED = Type.Object({ name: Type.String({ maxLength: 200 }) });

/** Registers `/api/v1/status`, `/course`, `/sources` and `/sinks`. */
export function statusRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['status'];
  const whole = { tags, summary: 'Everything at this moment.', response: answers(STATUS) };
  app.get('/api/v1/status', { schema: whole }, () => statusBody(context));

  const course = {
    tags,
    summary: 'Rates, lags and latencies of the last hour, a point every ten seconds.',
    response: answers(COURSE),
  };
  app.get('/api/v1/course', { schema: course }, (): CourseBody => ({
    stepMs: POINT_MS,
    points: context.pace.course(),
  }));

  const source = { tags, summary: 'One source.', params: NAMED, response: answers(SOURCE) };
  app.get('/api/v1/sources/:name', { schema: source }, ({ params: { name } }) => {
    const { broker } = served(context);
    const found = broker.engine.status().sources.find((one) => one.name === name);
    if (found === undefined) throw notFound(`source "${name}"`);
    return sourceBody(found, broker, context.pace.rates());
  });

  const sink = { tags, summary: 'One sink.', params: NAMED, response: answers(SINK) };
  app.get('/api/v1/sinks/:name', { schema: sink }, ({ params: { name } }) => {
    const { broker } = served(context);
    const found = broker.engine.status().sinks.find((one) => one.name === name);
    if (found === undefined) throw notFound(`sink "${name}"`);
    return sinkBody(found, broker, context.pace.rates());
  });
}
