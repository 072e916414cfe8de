/** What the payloads of cinder, glance, neutron and heat have in common when they are written. */
import type { Action, CanonicalEvent, State } from '@viaduct/core';
import { ownEventType, type EventTypeChoice } from './encoding.ts';
import { EMPTY, NULL, tenantId, type PayloadField } from './payload-field.ts';
import { isoTimestamp, parseTimestamp } from '../timestamp.ts';

/** A service's words for canonical actions. */
export type Words = Readonly<Partial<Record<Action, string>>>;

/** `<family>.<word>.<phase>`: a change of state, and what has no word, is an `update`. */
export function phased(family: string, words: Words): (event: CanonicalEvent) => EventTypeChoice {
  return (event) => {
    const own = ownEventType(event, family, [...Object.values(words), 'exists']);
    if (own !== undefined) return { eventType: own };
    const { action, phase } = event.data;
    const word = words[stateAction(event) ?? action];
    const ending = phase === 'progress' ? 'start' : (phase ?? 'end');
    return {
      eventType: `${family}.${word ?? 'update'}.${ending}`,
      ...(phase === undefined ? { inventedPhase: 'no phase known: end' } : {}),
    };
  };
}

/** The operation that a change of state is the end of, where there is no doubt. */
export function stateAction(event: CanonicalEvent): Action | undefined {
  const { action, state } = event.data;
  if (action !== 'state' || state === undefined) return undefined;
  if (state.value === 'deleted') return 'delete';
  const from = state.previous?.value;
  const made = from === 'pending' || from === 'creating' || from === 'building';
  const ready = state.value === 'available' || state.value === 'active';
  return made && ready ? 'create' : undefined;
}

/** A canonical state in a service's word, by the service's own table. */
export function stateWord(
  event: CanonicalEvent,
  words: Readonly<Partial<Record<State, string>>>,
): string | undefined {
  const { state } = event.data;
  if (state === undefined) return undefined;
  return event.origin === 'oslo' ? state.native : (words[state.value] ?? state.value);
}

/** `2016-03-07T16:23:09.145721+00:00`: the form of cinder's and glance's times. */
export function zoned(time: string | undefined): string | undefined {
  const iso = time === undefined ? undefined : isoTimestamp(time);
  return iso === undefined ? undefined : `${iso}+00:00`;
}

/** What a field that says the state carries. */
export const STATE_PATHS: readonly string[] = ['data.state.value', 'data.state.native'];

/** Whose it is. */
export const TENANT: PayloadField = {
  name: 'tenant_id',
  from: tenantId,
  carries: [],
  otherwise: EMPTY,
};

/** When it was made. */
export const CREATED: PayloadField = {
  name: 'created_at',
  from: ({ data }) => zoned(data.attributes?.createdAt),
  carries: ['data.attributes.createdAt'],
  otherwise: EMPTY,
};

/** Where it is. */
export const ZONE: PayloadField = {
  name: 'availability_zone',
  from: ({ data }) => data.resource.location?.zone,
  carries: ['data.resource.location.zone'],
  otherwise: NULL,
};

/** The text for people. */
export const MESSAGE: PayloadField = {
  name: 'message',
  from: ({ data }) => data.message,
  carries: ['data.message'],
};

/** The time as it is, where it is one. */
export function rfc3339(time: string | undefined): string | undefined {
  return time === undefined ? undefined : parseTimestamp(time);
}
