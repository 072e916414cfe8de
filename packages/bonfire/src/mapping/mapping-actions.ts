import { ACTIONS, type Action, type Phase, PHASES, type State } from '@viaduct/core';

/**
 * Words of the detailed format's `eventType` (`create update delete`, beside `state`), and of the
 * simple format's `status` where that says what was done; how the latter spells it is not known.
 */
const ACTION_OF_WORD: ReadonlyMap<string, Action> = new Map([
  ['create', 'create'],
  ['created', 'create'],
  ['update', 'update'],
  ['updated', 'update'],
  ['delete', 'delete'],
  ['deleted', 'delete'],
  ['destroy', 'delete'],
  ['destroyed', 'delete'],
]);

/** What a word says was done; `undefined` where it is no such word. */
export function actionOfWord(word: string): Action | undefined {
  return ACTION_OF_WORD.get(word.toLowerCase());
}

/** The action of that very name, as Viaduct writes it for kinds that BonFIRE does not have. */
export function actionNamed(word: string): Action | undefined {
  const lower = word.toLowerCase();
  return (ACTIONS as readonly string[]).includes(lower) ? (lower as Action) : undefined;
}

/** The phase of that name. */
export function phaseNamed(word: string | undefined): Phase | undefined {
  return (PHASES as readonly (string | undefined)[]).includes(word) ? (word as Phase) : undefined;
}

/** Operations that BonFIRE reports by the state they lead to. */
export const STATE_AFTER: Readonly<Partial<Record<Action, State>>> = {
  start: 'running',
  'power-on': 'running',
  resume: 'running',
  unpause: 'running',
  stop: 'stopped',
  'power-off': 'stopped',
  suspend: 'suspended',
};
