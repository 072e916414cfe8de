/** Events as they are stored, as server-sent events. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '@viaduct/core';
import { type Entry, type Journal, JournalError, type Position } from '@viaduct/journal';
import { type AdminContext, served } from '../context.ts';
import { type EventFilter, eventFilter, LIVE_QUERY } from '../event-filter.ts';
import { eventSummary } from '../event-summary.ts';
import type { LiveEvent, Watcher } from '../live-tail.ts';
import { Refusal } from '../refusal.ts';
import { oneOf, PROBLEM } from '../schemas.ts';

/** Events gather so long before they are written, milliseconds: twenty writes a second at most. */
const GATHER_MS = 50;

/** How often a quiet stream says that it lives, milliseconds. */
const HEARTBEAT_MS = 15_000;

/** What a browser waits before it comes back, milliseconds. */
const COME_BACK_MS = 2_000;

/** Events that somebody who comes back is told again at most. */
const CATCH_UP_MAX = 5_000;

/** Entries read at once. */
const PAGE = 256;

const QUERY = Type.Object(
  {
    ...LIVE_QUERY,
    view: Type.Optional(
      oneOf(['summary', 'event'], {
        default: 'summary',
        description: '`event`: with the canonical event.',
      }),
    ),
    after: Type.Optional(
      Type.Integer({ minimum: 0, description: 'First what is stored after this position.' }),
    ),
  },
  { additionalProperties: false },
);

const SUMMARY =
  'Events as they are stored, as server-sent events: `event` (its id is its position), `dropped` ' +
  '(some are not told: `slow`, as this client reads; `behind`, too many were missed; `unknown`, ' +
  'this journal never had the position to begin after, so it is another), `ended` (the session ' +
  'is over). Coming back with Last-Event-ID misses nothing of the ' +
  `last ${String(CATCH_UP_MAX)} events.`;

/** Registers `/api/v1/events/live`. */
export function liveRoute(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const response = {
    200: { type: 'string', description: 'text/event-stream' },
    default: PROBLEM,
  };
  const schema = { tags: ['events'], summary: SUMMARY, querystring: QUERY, response };
  // Nobody can watch without reading.
  const options = { schema, exposeHeadRoute: false };
  app.get('/api/v1/events/live', options, async (request, reply) => {
    const { view, after, ...query } = request.query;
    const filter = eventFilter(query);
    const { journal } = served(context).broker;
    const last = positionOf(request.headers['last-event-id']) ?? after;
    const watcher = context.live.watch(filter);
    const gone = new AbortController();
    const session = followSession(request, context, gone);
    reply.raw.once('close', () => gone.abort());
    context.closing.addEventListener('abort', () => gone.abort(), { signal: gone.signal });
    try {
      const stream = beginStream(reply);
      const written = { clock: context.clock, stream, signal: gone.signal, filter };
      const whole = view === 'event';
      const from = last === undefined ? -1 : await catchUp(journal, last, { ...written, whole });
      // What was pushed out meanwhile is in the journal and was told from there.
      const { events } = watcher.take();
      await tell({ events: events.filter(isAfter(from)), dropped: 0 }, { ...written, whole });
      await follow(watcher, from, { ...written, whole });
    } finally {
      watcher.leave();
      session.leave();
      gone.abort();
      reply.raw.end(session.isOver() ? frame('ended', { reason: 'session' }) : undefined);
    }
  });
}

/** A stream that was begun in a session ends with it; with a token there is none. */
function followSession(
  { sessionSecret }: FastifyRequest,
  { sessions }: AdminContext,
  gone: AbortController,
): { isOver(): boolean; leave(): void } {
  if (sessionSecret === undefined) return { isOver: () => false, leave: () => undefined };
  let isOver = false;
  const leave = sessions.follow(sessionSecret, () => {
    isOver = true;
    gone.abort();
  });
  return { isOver: () => isOver, leave };
}

interface Telling {
  readonly clock: Clock;
  readonly stream: ServerResponse;
  readonly signal: AbortSignal;
  readonly filter: EventFilter;
  readonly whole: boolean;
}

function positionOf(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string' || header === '') return undefined;
  const position = Number(header);
  if (Number.isSafeInteger(position) && position >= 0) return position;
  throw new Refusal(400, 'VIA_ADMIN_REQUEST', 'Last-Event-ID is the id of an event of this stream');
}

function beginStream(reply: FastifyReply): ServerResponse {
  reply.hijack();
  const stream = reply.raw;
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) stream.setHeader(name, value);
  }
  stream.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies such as nginx hold answers back otherwise.
    'x-accel-buffering': 'no',
  });
  stream.write(`retry: ${String(COME_BACK_MS)}\n\n`);
  return stream;
}

/** Tells what is stored after a position; returns the last position looked at. */
async function catchUp(journal: Journal, after: number, telling: Telling): Promise<number> {
  let last = after;
  for (let looked = 0; looked < CATCH_UP_MAX && !telling.signal.aborted; looked += PAGE) {
    const page = await readPage(journal, last);
    const wanted = page.entries.filter((entry) => telling.filter.matches(entry.source, entry));
    const events = wanted.map((entry) => {
      return { position: entry.position, at: entry.appendedAt, entry };
    });
    await tell({ events, dropped: 0 }, telling);
    if (page.last === undefined) {
      const isKnown = last !== after || (await isPosition(journal, after));
      if (isKnown) return last;
      await write(telling, frame('dropped', { reason: 'unknown' }));
      return -1;
    }
    last = page.last;
  }
  await write(telling, frame('dropped', { reason: 'behind' }));
  return last;
}

/**
 * Whether the newest entry of a journal is at this position, or could be: somebody who comes back
 * after the data folder was replaced knows positions that are yet to be given.
 */
async function isPosition(journal: Journal, position: number): Promise<boolean> {
  if (position === 0) return true;
  const { entries, last } = await readPage(journal, position - 1);
  return entries.length > 0 || last !== undefined;
}

/** What is damaged is passed over: it is on record in the journal's gaps. */
async function readPage(journal: Journal, after: number) {
  try {
    const entries = await journal.read(after as Position, PAGE);
    return { entries, last: entries.at(-1)?.position };
  } catch (error) {
    if (!(error instanceof JournalError) || error.damaged === undefined) throw error;
    return { entries: [], last: error.damaged.last };
  }
}

async function follow(watcher: Watcher, from: number, telling: Telling): Promise<void> {
  const { signal, clock } = telling;
  while (!signal.aborted) {
    const beat = clock.after(HEARTBEAT_MS, () => void write(telling, ':\n\n'));
    await watcher.wait(signal);
    beat();
    await pause(clock, GATHER_MS, signal);
    const { events, dropped } = watcher.take();
    await tell({ events: events.filter(isAfter(from)), dropped }, telling);
  }
}

function isAfter(from: number): (event: LiveEvent) => boolean {
  return ({ position }) => position > from;
}

async function tell(
  taken: { readonly events: readonly LiveEvent[]; readonly dropped: number },
  telling: Telling,
): Promise<void> {
  const { filter, whole } = telling;
  let text = taken.dropped === 0 ? '' : frame('dropped', { count: taken.dropped, reason: 'slow' });
  for (const { position, at, entry } of taken.events) {
    if (!filter.matchesText(entry)) continue;
    const body = whole ? eventBody(entry, position, at) : eventSummary(entry, position, at);
    text += frame('event', body, position);
  }
  if (text !== '') await write(telling, text);
}

function eventBody({ source, targets, event }: Entry, position: number, at: number): object {
  return { position, at, source, targets, event };
}

function frame(event: string, data: object, id?: number): string {
  const first = id === undefined ? '' : `id: ${String(id)}\n`;
  return `${first}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** At the pace of whoever reads; while he does not, the watcher's buffer drops. */
async function write({ stream, signal }: Telling, text: string): Promise<void> {
  if (signal.aborted || stream.write(text)) return;
  await once(stream, 'drain', { signal }).catch(() => undefined);
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done);
    function done(): void {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
