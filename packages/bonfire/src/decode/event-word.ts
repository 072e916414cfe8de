import type { Action, JsonObject, Phase } from '@viaduct/core';
import { actionNamed, actionOfWord, phaseNamed } from '../mapping/mapping-actions.ts';
import type { UsageKey } from '../routing-key.ts';

/** What a message's words say: what was done, or the state that was reached. */
export interface Reading {
  readonly action: Action;
  /** The native word where the action says less. */
  readonly nativeAction?: string;
  readonly phase?: Phase;
  /** The native state, verbatim. */
  readonly state?: string;
  /** What stands behind the object type in `nativetype`: `create`, `state.stopped.done`. */
  readonly word: string;
}

/** Reads a simple message's `status`: a state, unless it is a word for what was done. */
export function readStatus(status: string): Reading {
  const action = actionOfWord(status);
  if (action === undefined) return { action: 'state', state: status, word: status };
  return { action, word: status };
}

/**
 * Reads a detailed message's `eventType`: plain (`state`, the value in `objectData`) or dotted
 * (`state.terminated`); no source shows which BonFIRE used, its routing keys are dotted. The key is
 * asked where the body says nothing or contradicts itself, and where it says more of the same.
 */
export function readEventType(
  eventType: string | undefined,
  data: JsonObject,
  key: UsageKey | undefined,
): Reading {
  const word = eventType ?? key?.eventType ?? '';
  const [head = '', ...rest] = word.split('.').filter((part) => part !== '');
  if (head.toLowerCase() === 'state') return readState(rest.join('.'), data, key);
  const state = stateIn(data);
  const known = actionOfWord(head);
  const action = known ?? actionNamed(head) ?? 'other';
  const phase = phaseNamed(rest.at(-1));
  const says = phase === undefined ? rest : rest.slice(0, -1);
  const isAll = says.length === 0 && action !== 'other';
  return {
    action,
    ...(isAll || word === '' ? {} : { nativeAction: word }),
    ...(phase === undefined ? {} : { phase }),
    ...(state === undefined ? {} : { state }),
    word: word === '' ? 'other' : word,
  };
}

function readState(dotted: string, data: JsonObject, key: UsageKey | undefined): Reading {
  const said = [dotted, textOf(data['state']), textOf(data['status'])].filter(
    (state): state is string => state !== undefined && state !== '',
  );
  const byKey = /^state\.(.+)$/i.exec(key?.eventType ?? '')?.[1];
  const state = chooseState(said, byKey);
  if (state === undefined) return { action: 'state', word: 'state' };
  return { action: 'state', state, word: `state.${state}` };
}

function chooseState(said: readonly string[], byKey: string | undefined): string | undefined {
  const [first] = said;
  if (first === undefined || byKey === undefined) return first ?? byKey;
  const isAgreed = said.every((state) => state.toLowerCase() === first.toLowerCase());
  if (!isAgreed) return byKey;
  return byKey.toLowerCase().startsWith(`${first.toLowerCase()}.`) ? byKey : first;
}

/** An object's state in its document: `status` of an experiment, `state` of all else. */
function stateIn(data: JsonObject): string | undefined {
  return textOf(data['state']) ?? textOf(data['status']);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
