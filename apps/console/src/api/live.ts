/** Events as they are stored, while somebody watches. */
import type { EventSummary } from '@viaduct/broker/admin-api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { openEventStream } from './event-stream.ts';
import { getJson, type Query } from './request.ts';

/** Events that are kept and shown; older ones are in the search. */
export const LIVE_EVENTS_MAX = 2_000;

/** Events of before that are shown at first. */
const EARLIER_MAX = 100;

/** How often what came is shown, milliseconds: a thousand events a second are five repaints. */
const REPAINT_MS = 200;

/** What a watcher sees. */
export interface LiveEvents {
  /** Newest first. */
  readonly events: readonly EventSummary[];
  /** Events that are not shown: they came too fast to be told, or while it was held for long. */
  readonly missed: number;
  /** Whether more was missed than can be counted. */
  readonly isMore: boolean;
  /** Events that came since it is held. */
  readonly waiting: number;
  readonly state: 'connecting' | 'open' | 'lost';
}

const NOTHING: LiveEvents = {
  events: [],
  missed: 0,
  isMore: false,
  waiting: 0,
  state: 'connecting',
};

/**
 * Watches. While it is held nothing moves and the stream goes on: what came meanwhile is shown when
 * it goes on, as far as {@link LIVE_EVENTS_MAX} reaches. Another filter begins anew.
 */
export function useLiveEvents(filter: Query, isHeld: boolean): LiveEvents {
  const [shown, setShown] = useState(NOTHING);
  const queries = useQueryClient();
  const held = useRef(isHeld);
  const key = JSON.stringify(filter);
  useEffect(() => {
    held.current = isHeld;
  }, [isHeld]);
  useEffect(() => {
    const inbox = createInbox();
    const asked = JSON.parse(key) as Query;
    const gone = new AbortController();
    let close = (): void => undefined;
    setShown(NOTHING);
    void earlier(asked, gone.signal).then((events) => {
      if (gone.signal.aborted) return;
      setShown({ ...NOTHING, events });
      close = openEventStream(asked, events[0]?.position, {
        onEvent: inbox.add,
        onDropped: inbox.miss,
        onOpen: (isOpen) => setShown((was) => ({ ...was, state: isOpen ? 'open' : 'lost' })),
        onRefused: () => void queries.invalidateQueries({ queryKey: ['session'] }),
      });
    });
    const repaint = setInterval(() => {
      if (held.current) setShown((was) => withWaiting(was, inbox.waiting()));
      else {
        const news = inbox.take();
        if (news !== undefined) setShown((was) => withNews(was, news));
      }
    }, REPAINT_MS);
    return () => {
      gone.abort();
      clearInterval(repaint);
      close();
    };
  }, [key, queries]);
  return shown;
}

/** The latest of before; nothing where they cannot be had, as the stream will say. */
async function earlier(filter: Query, signal: AbortSignal): Promise<readonly EventSummary[]> {
  const query = { ...filter, view: 'summary', max: EARLIER_MAX };
  try {
    return (await getJson<{ readonly events: EventSummary[] }>('events', query, signal)).events;
  } catch {
    return [];
  }
}

function withWaiting(was: LiveEvents, waiting: number): LiveEvents {
  return was.waiting === waiting ? was : { ...was, waiting };
}

/** What came since it was shown last. */
interface News {
  /** Newest first. */
  readonly events: readonly EventSummary[];
  readonly missed: number;
  readonly isMore: boolean;
}

function withNews(was: LiveEvents, { events, missed, isMore }: News): LiveEvents {
  return {
    ...was,
    events: [...events, ...was.events].slice(0, LIVE_EVENTS_MAX),
    missed: was.missed + missed,
    isMore: was.isMore || isMore,
    waiting: 0,
  };
}

function createInbox() {
  let fresh: EventSummary[] = [];
  let missed = 0;
  let isMore = false;
  return {
    add: (event: EventSummary): void => {
      fresh.push(event);
      if (fresh.length < 2 * LIVE_EVENTS_MAX) return;
      missed += fresh.length - LIVE_EVENTS_MAX;
      fresh = fresh.slice(-LIVE_EVENTS_MAX);
    },
    miss: (count: number | undefined): void => {
      if (count === undefined) isMore = true;
      else missed += count;
    },
    waiting: () => fresh.length + missed,
    take: (): News | undefined => {
      if (fresh.length === 0 && missed === 0 && !isMore) return undefined;
      const news = { events: fresh.reverse(), missed, isMore };
      [fresh, missed, isMore] = [[], 0, false];
      return news;
    },
  };
}
