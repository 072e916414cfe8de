import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { FIRST_WATCH, pathOf, type Watch, watchOf } from './filter.ts';

/** The path of the view. */
const EVENTS_PATH = '/events';

/** What the view shows, and the event that is opened before it. */
export interface Place {
  readonly watch: Watch;
  /** Shows something else; the place says so. */
  readonly setWatch: (watch: Watch) => void;
  readonly event: string | undefined;
  readonly open: (id: string) => void;
  readonly close: () => void;
}

/** The place of the view: `/events/live/…`, `/events/search/…`, or `/events/<id>`. */
export function usePlace(): Place {
  const [location, navigate] = useLocation();
  const rest = location.slice(EVENTS_PATH.length);
  const linked = watchOf(rest);
  const [watch, setWatch] = useState(linked ?? FIRST_WATCH);
  const path = linked === undefined ? undefined : rest;
  useEffect(() => {
    // A link to another filter, or the browser's way back; what is shown already stays as it is.
    const wanted = path === undefined ? undefined : watchOf(path);
    if (wanted === undefined) return;
    setWatch((shown) => (pathOf(shown) === pathOf(wanted) ? shown : wanted));
  }, [path]);
  const change = useCallback(
    (next: Watch) => {
      setWatch(next);
      navigate(EVENTS_PATH + pathOf(next), { replace: true });
    },
    [navigate],
  );
  const id = linked === undefined && rest.length > 1 ? rest.slice(1) : undefined;
  return {
    watch,
    setWatch: change,
    event: id,
    open: (event) => navigate(placeOf(event)),
    close: () => navigate(EVENTS_PATH + pathOf(watch)),
  };
}

/** The place of one event. */
export function placeOf(event: string): string {
  return `${EVENTS_PATH}/${event}`;
}
