import type { CanonicalEvent } from '@viaduct/core';
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
}

/** Puts written fields into the payload around them. */
export type PayloadWrap = (
  fields: Readonly<Record<string, unknown>>,
  event: CanonicalEvent,
  eventType: string,
) => Readonly<Record<string, unknown>>;

/** An event type for an event. */
export interface EventTypeChoice {
  readonly eventType: string;
  /** The rule where the phase is made up. */
  readonly inventedPhase?: string;
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
