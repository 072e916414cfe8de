/** What a list shows of an event: a line, not the whole. */
import type { Entry } from '@viaduct/journal';

/** One line. */
export interface EventSummary {
  /** Its place in the journal; greater is later. */
  readonly position: number;
  /** When it was stored, milliseconds since the epoch. */
  readonly at: number;
  readonly id: string;
  /** The configured name of the source. */
  readonly source: string;
  readonly targets: readonly string[];
  readonly type: string;
  readonly nativetype: string;
  readonly origin: string;
  readonly subject: string;
  readonly time: string;
  readonly kind: string;
  readonly name?: string;
  readonly state?: string;
  readonly outcome?: string;
  readonly severity?: string;
  readonly message?: string;
  readonly alarm?: string;
  readonly replayed?: true;
}

/** Longest message in a line, characters. */
const MESSAGE_LENGTH_MAX = 300;

/** The line of an entry. */
export function eventSummary(
  entry: Pick<Entry, 'event' | 'source' | 'targets'>,
  position: number,
  at: number,
): EventSummary {
  const { event, source, targets } = entry;
  const { data, id, type, nativetype, origin, subject, time, replayed } = event;
  const { resource, state, outcome, severity, message, alarm } = data;
  return {
    position,
    at,
    id,
    source,
    targets,
    type,
    nativetype,
    origin,
    subject,
    time,
    kind: resource.kind,
    ...(resource.name === undefined ? {} : { name: resource.name }),
    ...(state === undefined ? {} : { state: state.value }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(severity === undefined ? {} : { severity }),
    ...(message === undefined ? {} : { message: message.slice(0, MESSAGE_LENGTH_MAX) }),
    ...(alarm === undefined ? {} : { alarm: alarm.state }),
    ...(replayed === undefined ? {} : { replayed: true as const }),
  };
}
