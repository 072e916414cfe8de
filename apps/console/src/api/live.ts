/** Events as they are stored, while somebody watches. */
import type { EventSummary } from '@viaduct/broker/admin-api';
import { useEffect, useRef, useState } from 'react';
import { addressOf, type Query } from './request.ts';

/** Events that are kept and shown; older ones are in the search. */
export const LIVE_EVENTS_MAX = 2_000;

/** How often what came is shown, milliseconds: a thousand events a second are ten repaints. */
const REPAINT_MS = 100;

/** What a watcher sees. */
export interface LiveEvents {
  /** Newest first. */
  readonly events: readonly EventSummary[];
  /** Events that came too fast to be told. */
  readonly dropped: number;
  readonly state: 'connecting' | 'open' | 'paused';
}

/**
 * Watches. While it is paused nothing is shown and the stream goes on: what came meanwhile is there
 * when it goes on, as far as {@link LIVE_EVENTS_MAX} reaches. Another filter begins anew.
 */
export function useLiveEvents(filter: Query, isPaused: boolean): LiveEvents {
  const url = addressOf('events/live', filter);
  const [shown, setShown] = useState<Omit<LiveEvents, 'state'>>(NOTHING);
  const [isOpen, setIsOpen] = useState(false);
  const paused = useRef(isPaused);
  useEffect(() => {
    paused.current = isPaused;
  }, [isPaused]);
  useEffect(() => {
    let waiting: EventSummary[] = [];
    let dropped = 0;
    setShown(NOTHING);
    const source = new EventSource(url);
    source.onopen = () => setIsOpen(true);
    source.onerror = () => setIsOpen(false);
    source.addEventListener('event', ({ data }: MessageEvent<string>) => {
      waiting.push(JSON.parse(data) as EventSummary);
      if (waiting.length > LIVE_EVENTS_MAX) waiting = waiting.slice(-LIVE_EVENTS_MAX);
    });
    source.addEventListener('dropped', ({ data }: MessageEvent<string>) => {
      dropped += (JSON.parse(data) as { readonly count?: number }).count ?? 0;
    });
    const repaint = setInterval(() => {
      if (paused.current || (waiting.length === 0 && dropped === 0)) return;
      const [fresh, lost] = [waiting.reverse(), dropped];
      [waiting, dropped] = [[], 0];
      setShown(({ events, dropped: before }) => ({
        events: [...fresh, ...events].slice(0, LIVE_EVENTS_MAX),
        dropped: before + lost,
      }));
    }, REPAINT_MS);
    return () => {
      clearInterval(repaint);
      source.close();
    };
  }, [url]);
  return { ...shown, state: isPaused ? 'paused' : isOpen ? 'open' : 'connecting' };
}

const NOTHING = { events: [], dropped: 0 } as const;
