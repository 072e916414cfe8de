import type { CanonicalEvent, EventData, Loss } from '@viaduct/core';
import type { PayloadTemplate } from './payload-field.ts';

/** How one kind of foreign event becomes a notification. */
export interface Encoding {
  /** The service that would say it: the first word of `publisher_id`. */
  readonly service: string;
  readonly eventType: (event: CanonicalEvent) => EventTypeChoice;
  readonly template: PayloadTemplate;
  /** The noun that `<noun>` in the template's path stands for. */
  readonly noun?: (event: CanonicalEvent) => string;
  /** Puts the written fields where the service puts them; as they are where it is missing. */
  readonly wrap?: PayloadWrap;
  /** Losses that only the values tell: a state for which there is only a coarser word. */
  readonly losses?: (event: CanonicalEvent) => readonly Loss[];
}

/** Puts written fields into the payload around them. */
export type PayloadWrap = (
  fields: Readonly<Record<string, unknown>>,
  event: CanonicalEvent,
  eventType: string,
) => Readonly<Record<string, unknown>>;

/** An event type, and what of action and phase it does not say. */
export interface EventTypeChoice {
  readonly eventType: string;
  readonly losses: readonly Loss[];
  /** The rule where the phase is made up. */
  readonly inventedPhase?: string;
}

/** What a canonical action or phase loses in a coarser word. */
export function approximated(...paths: readonly string[]): readonly Loss[] {
  return paths.map((path) => ({ path, reason: 'approximated' }));
}

/** Carried by every notification: in its envelope, context, event type, priority or publisher. */
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
  'data.actor.group.id',
  'data.actor.group.name',
]);

const NOTHING_CARRIED: ReadonlySet<string> = new Set();

/** Attributes of the event that have no place in a notification. */
const EVENT_ATTRIBUTES = ['source', 'origin', 'nativetype', 'receivedtime', 'traceparent'] as const;

/**
 * Everything that is in the event and in no field of the output. Complete by construction: what no
 * field says that it carries is lost.
 */
export function lossesOf(event: CanonicalEvent, carried: ReadonlySet<string>): Loss[] {
  const losses: Loss[] = [];
  for (const path of EVENT_ATTRIBUTES) {
    if (event[path] !== undefined) losses.push({ path, reason: 'unsupported' });
  }
  collect(event.data, 'data', carried, losses);
  const { project, group } = event.data.actor ?? {};
  if (project !== undefined && group !== undefined) {
    // A group is carried only where it stands in for a project.
    collect(group, 'data.actor.group', NOTHING_CARRIED, losses, NOTHING_CARRIED);
  }
  return losses;
}

function collect(
  value: EventData | object,
  path: string,
  carried: ReadonlySet<string>,
  losses: Loss[],
  always: ReadonlySet<string> = ALWAYS_CARRIED,
): void {
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members)) {
    const part = members[name];
    if (part === undefined) continue;
    const at = `${path}.${name}`;
    if (always.has(at) || carried.has(at)) continue;
    if (typeof part === 'object' && part !== null && !Array.isArray(part)) {
      collect(part, at, carried, losses, always);
    } else losses.push({ path: at, reason: 'unsupported' });
  }
}

/**
 * The event type that an event came in under, where it was this dialect and this family: `words`
 * are those that may follow the family's name, any where it is missing.
 */
export function ownEventType(
  event: CanonicalEvent,
  family: string,
  words?: readonly string[],
): string | undefined {
  const { origin, nativetype } = event;
  if (origin !== 'oslo' || !nativetype.startsWith(`${family}.`)) return undefined;
  const [word = ''] = nativetype.slice(family.length + 1).split('.', 1);
  return words === undefined || words.includes(word) ? nativetype : undefined;
}
