/** The live stream of events, which comes back by itself whatever ends it. */
import type { EventSummary } from '@viaduct/broker/admin-api';
import { addressOf, type Query } from './request.ts';

/** How long a refused stream waits before it asks again, milliseconds. */
const COME_BACK_MS = 2_000;

/** What is told of a stream. */
export interface StreamListener {
  onEvent(event: EventSummary): void;
  /** So many came too fast; missing where it is only known that there were some. */
  onDropped(count: number | undefined): void;
  /** It goes on, or it is broken off and comes back. */
  onOpen(isOpen: boolean): void;
  /** The broker answered with a refusal: a session may have ended. */
  onRefused(): void;
}

/** Begins after a position of the journal; what it returns ends it. */
export function openEventStream(
  filter: Query,
  after: number | undefined,
  listener: StreamListener,
): () => void {
  let last = after;
  let source: EventSource | undefined;
  let comeBack: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    const opened = new EventSource(addressOf('events/live', { ...filter, after: last }));
    source = opened;
    opened.onopen = () => listener.onOpen(true);
    opened.onerror = () => {
      listener.onOpen(false);
      // A browser comes back from a broken connection by itself, but not from a refusal.
      if (opened.readyState !== EventSource.CLOSED) return;
      listener.onRefused();
      comeBack = setTimeout(open, COME_BACK_MS);
    };
    opened.addEventListener('event', ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as EventSummary;
      last = event.position;
      listener.onEvent(event);
    });
    opened.addEventListener('dropped', ({ data }: MessageEvent<string>) => {
      listener.onDropped((JSON.parse(data) as { readonly count?: number }).count);
    });
  };
  open();
  return () => {
    clearTimeout(comeBack);
    source?.close();
  };
}
