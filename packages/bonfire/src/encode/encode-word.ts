import type { CanonicalEvent, Invention, State } from '@viaduct/core';
import type { ObjectNoun } from '../mapping/mapping-kinds.ts';
import { STATE_AFTER } from '../mapping/mapping-actions.ts';
import { stateWord } from '../mapping/mapping-states.ts';

/** The words of one message. */
export interface EventWords {
  /** `create update delete`, or `state` with the state as further words. */
  readonly eventType: string;
  /** The simple format's `status`. */
  readonly status: string;
  /** The state's word for the object's document; missing where none is known. */
  readonly state: string | undefined;
}

/**
 * What happened, in BonFIRE's words. It has no phases and no operations: a creation or deletion is
 * announced once it is done, everything else by the state it leads to, or as an update.
 */
export function wordsOf(
  event: CanonicalEvent,
  noun: ObjectNoun,
  invented: Invention[],
): EventWords {
  const state = nativeState(event, noun, invented);
  const eventType = noun.native ? eventTypeOf(event, noun, state) : plainEventType(event, state);
  return { eventType, status: statusOf(eventType, state), state };
}

function nativeState(
  event: CanonicalEvent,
  noun: ObjectNoun,
  invented: Invention[],
): string | undefined {
  const { state } = event.data;
  if (state === undefined) return undefined;
  if (event.origin === 'bonfire') return state.native;
  const { word, known } = stateWord(noun.objectType, state.value);
  if (!known && noun.native) {
    invented.push({
      path: 'objectData.state',
      rule: `BonFIRE has no word for "${state.value}": the canonical one`,
    });
  }
  return word;
}

function eventTypeOf(
  { data }: CanonicalEvent,
  { objectType }: ObjectNoun,
  state: string | undefined,
): string {
  const { action, phase } = data;
  const isDone = phase === undefined || phase === 'end';
  if (action === 'state') return stateEvent(data.state?.value, state, objectType);
  if (action === 'create' && phase === 'error') return `state.${state ?? 'failed'}`;
  if (action === 'create' && !isDone) return state === undefined ? 'update' : `state.${state}`;
  if (!isDone) return 'update';
  if (action === 'create' || action === 'delete' || action === 'update') return action;
  const after = STATE_AFTER[action];
  if (after === undefined) return 'update';
  return `state.${state ?? stateWord(objectType, after).word}`;
}

/** The end of an experiment is a state, that of everything else a `delete`. */
function stateEvent(
  value: State | undefined,
  state: string | undefined,
  objectType: string,
): string {
  if (state === undefined) return 'update';
  return value === 'deleted' && objectType !== 'experiment' ? 'delete' : `state.${state}`;
}

/** Of what BonFIRE does not have, nobody expects its words: action and phase as they are. */
function plainEventType({ data }: CanonicalEvent, state: string | undefined): string {
  if (data.action === 'state') return state === undefined ? 'state' : `state.${state}`;
  return data.phase === undefined ? data.action : `${data.action}.${data.phase}`;
}

function statusOf(eventType: string, state: string | undefined): string {
  const named = /^state\.(.+)$/.exec(eventType)?.[1];
  if (named !== undefined) return named;
  if (eventType === 'create' || eventType === 'update' || eventType === 'delete') {
    return eventType === 'update' && state !== undefined ? state : `${eventType}d`;
  }
  return state ?? eventType;
}
