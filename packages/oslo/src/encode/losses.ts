/**
 * What a notification written for a foreign event does not say of it. Read off twice: off the
 * fields that were written, and off what a listener makes of the result, so that a coarser word
 * (`pending` said as `building`, a group standing in for a project) is on the list too.
 */
import {
  isJsonObject,
  unknownAttributeLosses,
  type CanonicalEvent,
  type EventData,
  type Loss,
} from '@viaduct/core';

/** Losses listed for one event at most; a hostile event can have a million fields. */
const LOSSES_MAX = 1000;

/** Attributes of the event that have no place in a notification. */
const EVENT_ATTRIBUTES = ['source', 'origin', 'nativetype', 'receivedtime'] as const;

/** Said by every notification: in its envelope, context, event type, priority or publisher. */
const ALWAYS_CARRIED: ReadonlySet<string> = new Set([
  'data.action',
  'data.phase',
  'data.severity',
  'data.outcome',
  'data.resource.kind',
  'data.correlation.requestId',
  'data.actor.user.id',
  'data.actor.user.name',
  'data.actor.project.id',
  'data.actor.project.name',
]);

/** Facts that other listeners read where they are written, even where this codec does not. */
const FACT = /^data\.(?:attributes\.|message$)/;

/** What stands in for a project where none is known. */
const GROUP = /^data\.actor\.group\.(?:id|name)$/;

/** A path in an event and those below it: put together once, not for each event. */
interface Place {
  readonly path: string;
  readonly isAlwaysCarried: boolean;
  readonly isFact: boolean;
  readonly below: Map<string, Place>;
}

/** Paths remembered; a hostile event makes up as many as it likes, and all are forgotten then. */
const PLACES_MAX = 4096;

const DATA = placeAt('data');
let places = 0;

function placeAt(path: string): Place {
  const isAlwaysCarried = ALWAYS_CARRIED.has(path);
  return { path, isAlwaysCarried, isFact: FACT.test(path), below: new Map() };
}

function placeBelow({ path, below }: Place, name: string): Place {
  let place = below.get(name);
  if (place === undefined) {
    if (places >= PLACES_MAX) {
      DATA.below.clear();
      places = 0;
    }
    place = placeAt(`${path}.${name}`);
    below.set(name, place);
    places += 1;
  }
  return place;
}

/**
 * Every loss of an event whose notification has fields that carry `carried` and reads as
 * `readBack`.
 */
export function lossesOf(
  event: CanonicalEvent,
  carried: ReadonlySet<string>,
  readBack: EventData,
): readonly Loss[] {
  const losses: Loss[] = [];
  for (const path of EVENT_ATTRIBUTES) {
    losses.push({ path, reason: 'unsupported' });
  }
  if (event.replayed !== undefined) losses.push({ path: 'replayed', reason: 'unsupported' });
  losses.push(...unknownAttributeLosses(event));
  compare(DATA, event.data, readBack, carried, losses);
  const { project, group } = event.data.actor ?? {};
  if (project !== undefined || group === undefined) return losses;
  // Where no project is known, the group goes out in its place.
  return losses.map((loss) =>
    GROUP.test(loss.path) ? { path: loss.path, reason: 'approximated' } : loss,
  );
}

function compare(
  at: Place,
  value: object,
  back: object | undefined,
  carried: ReadonlySet<string>,
  losses: Loss[],
): void {
  const members = value as Readonly<Record<string, unknown>>;
  const others = (back ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members)) {
    const part = members[name];
    if (part === undefined || losses.length >= LOSSES_MAX) continue;
    const place = placeBelow(at, name);
    const { path } = place;
    const other = Object.hasOwn(others, name) ? others[name] : undefined;
    const isCarried = place.isAlwaysCarried || carried.has(path);
    if (isJsonObject(part) && !isCarried) {
      compare(place, part, isJsonObject(other) ? other : undefined, carried, losses);
    } else if (!isCarried) {
      losses.push({ path, reason: 'unsupported' });
    } else if (other === undefined) {
      if (!place.isFact) losses.push({ path, reason: 'unsupported' });
    } else if (!isSame(part, other)) {
      losses.push({ path, reason: 'approximated' });
    }
  }
}

/** Whether the same is said: times may have another form, lists more than they had. */
function isSame(value: unknown, back: unknown): boolean {
  if (value === back) return true;
  if (Array.isArray(value) && Array.isArray(back)) {
    return value.every((item, index) => isSame(item, back[index]));
  }
  if (isJsonObject(value) && isJsonObject(back)) {
    return Object.entries(value).every(([name, part]) => isSame(part, back[name]));
  }
  return isSameInstant(value, back);
}

function isSameInstant(value: unknown, back: unknown): boolean {
  if (typeof value !== 'string' || typeof back !== 'string') return false;
  return /^\d{4}-\d\d-\d\dT/.test(value) && Date.parse(value) === Date.parse(back);
}
