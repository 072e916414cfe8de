/** {@link Operations} of a running broker, asked for over the socket in its data folder. */
import type { DeadLetter } from '@viaduct/journal';
import {
  type AlarmList,
  type BrokerFigures,
  type DeadLetterPage,
  type DiscardResult,
  type DropResult,
  type EventDetails,
  type EventPage,
  type LetterReplayPlan,
  type Operations,
  type Progress,
  type ReplayFigures,
  type ReplayPlan,
  type RetiredSinkState,
  PAGE_MAX,
} from '../operations/operations.ts';
import { type BrokerConnection, openConnection } from './connection.ts';

/** Asks the broker that runs on a data folder; `undefined` where none answers. */
export async function connectToBroker(dataFolder: string): Promise<Operations | undefined> {
  const connection = await openConnection(dataFolder);
  return connection === undefined ? undefined : remoteOperations(connection);
}

/** Operations over an open connection. What the broker answers is taken for what it says it is. */
export function remoteOperations(connection: BrokerConnection): Operations {
  const get = (path: string, query: object = {}, signal?: AbortSignal): Promise<unknown> =>
    connection.json({ path: withQuery(path, query), ...(signal === undefined ? {} : { signal }) });
  const post = (path: string, body: unknown, signal: AbortSignal) =>
    ({ method: 'POST', path, body, signal }) as const;
  return {
    broker: 'running',
    deadLetters: {
      list: async (query) =>
        (await get('/api/v1/dead-letters', withinPage(query))) as DeadLetterPage,
      get: async (id) =>
        (await get(`/api/v1/dead-letters/${String(id)}`)) as DeadLetter | undefined,
      replay: (request, signal) =>
        connection.lines(post('/api/v1/dead-letters/replay', request, signal)) as AsyncGenerator<
          Progress<LetterReplayPlan>
        >,
      discard: async (request, signal) => {
        const asked = post('/api/v1/dead-letters/discard', request, signal);
        return (await connection.json(asked)) as DiscardResult;
      },
    },
    replay: (request, signal) =>
      connection.lines(post('/api/v1/replay', request, signal)) as AsyncGenerator<
        Progress<ReplayPlan>
      >,
    alarms: {
      list: async () => (await get('/api/v1/alarms')) as AlarmList,
      resend: (request, signal) =>
        connection.lines(post('/api/v1/alarms/resend', request, signal)) as AsyncGenerator<
          Progress<ReplayFigures>
        >,
    },
    events: {
      search: async (query, signal) =>
        (await get('/api/v1/events', withinPage(query), signal)) as EventPage,
      get: async (id, signal) =>
        (await get(`/api/v1/events/${encodeURIComponent(id)}`, {}, signal)) as
          EventDetails | undefined,
    },
    retiredSinks: {
      list: async () => {
        const { sinks } = (await get('/api/v1/retired-sinks')) as {
          readonly sinks: readonly RetiredSinkState[];
        };
        return sinks;
      },
      drop: async ({ name, ...request }) => {
        const path = `/api/v1/retired-sinks/${encodeURIComponent(name)}/drop`;
        const asked = { method: 'POST', path, body: request } as const;
        return (await connection.json(asked)) as DropResult;
      },
    },
    figures: async () => (await get('/api/v1/figures')) as BrokerFigures,
    close: () => Promise.resolve(),
  };
}

/** A page holds so many, whoever asks for more; the API refuses that in words of its own. */
function withinPage<T extends { readonly max?: number }>(query: T): T {
  return query.max === undefined ? query : { ...query, max: Math.min(query.max, PAGE_MAX) };
}

function withQuery(path: string, query: object): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return path;
  const texts = pairs.map(([name, value]): [string, string] => [name, String(value)]);
  return `${path}?${new URLSearchParams(texts).toString()}`;
}
