/**
 * States in both directions. `waiting ready running stopped terminated canceled` are the states of
 * an experiment (lifecycle page, API fixtures); `ACTIVE RUNNING SUSPENDED FAILED` of a compute in
 * the API, `stopped stopped.done suspended resume` in events (`resume` is a verb); `PENDING READY`
 * of a storage. Three sites ran OpenNebula, so the words of its virtual machines are read too.
 */
import { isStateOf, type Kind, type State, type StateOf } from '@viaduct/core';

/** Native words, in lower case, and what they mean for one kind. */
type StateTable<K extends Kind> = Readonly<Record<string, StateOf<K>>>;

const EXPERIMENT: StateTable<'experiment'> = {
  waiting: 'pending',
  pending: 'pending',
  ready: 'ready',
  deploying: 'deploying',
  deployed: 'running', // of a managed experiment
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  terminated: 'deleted',
  canceled: 'deleted',
  cancelled: 'deleted',
  deleted: 'deleted',
  failed: 'failed',
};

const COMPUTE: StateTable<'compute'> = {
  pending: 'pending',
  hold: 'pending',
  init: 'pending',
  prolog: 'building',
  boot: 'building',
  deploying: 'building',
  active: 'running',
  running: 'running',
  resume: 'running',
  resumed: 'running',
  suspend: 'suspended',
  suspended: 'suspended',
  shutdown: 'stopped',
  stop: 'stopped',
  stopped: 'stopped',
  'stopped.done': 'stopped',
  migrate: 'migrating',
  done: 'deleted',
  terminated: 'deleted',
  deleted: 'deleted',
  failed: 'failed',
  'stopped.failed': 'failed',
};

const STORAGE: StateTable<'storage'> = {
  init: 'pending',
  pending: 'pending',
  ready: 'available',
  used: 'in-use',
  locked: 'creating',
  disabled: 'maintenance',
  delete: 'deleting',
  deleted: 'deleted',
  failed: 'failed',
};

const NETWORK: StateTable<'network'> = {
  pending: 'pending',
  ready: 'active',
  active: 'active',
  up: 'active',
  down: 'down',
  deleted: 'deleted',
  failed: 'failed',
};

const SITE_LINK: StateTable<'site-link'> = {
  pending: 'pending',
  ready: 'active',
  active: 'active',
  up: 'active',
  down: 'down',
  deleted: 'deleted',
  failed: 'failed',
};

const STATES_OF_KIND: Readonly<Partial<Record<Kind, Readonly<Record<string, State>>>>> = {
  experiment: EXPERIMENT,
  compute: COMPUTE,
  storage: STORAGE,
  network: NETWORK,
  'site-link': SITE_LINK,
};

/** The canonical state of a native one, in any case of letters. */
export function canonicalState(kind: Kind, native: string): State {
  const word = native.toLowerCase().replaceAll('_', '-');
  const table = STATES_OF_KIND[kind] ?? {};
  const known = ownEntry(table, word) ?? ownEntry(table, word.replace(/\.done$/, ''));
  if (known !== undefined) return known;
  if (/(?:^|\.)(?:failed|error)$/.test(word) && isStateOf(kind, 'failed')) return 'failed';
  return isStateOf(kind, word) ? word : 'unknown';
}

/** Canonical states for which BonFIRE has a word of its own, by object type. */
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  experiment: {
    pending: 'waiting',
    ready: 'ready',
    running: 'running',
    active: 'running', // a deployment
    stopped: 'stopped',
    deleted: 'terminated',
  },
  compute: {
    pending: 'pending',
    running: 'running',
    suspended: 'suspended',
    stopped: 'stopped',
    failed: 'failed',
  },
  storage: { pending: 'pending', available: 'ready' },
  network: { pending: 'pending', active: 'active' },
  site_link: { pending: 'pending', active: 'active' },
};

/** The word for a canonical state, and whether it is one that BonFIRE was seen to use. */
export function stateWord(
  objectType: string,
  state: State,
): { readonly word: string; readonly known: boolean } {
  const word = ownEntry(WORDS[objectType] ?? {}, state);
  return { word: word ?? state, known: word !== undefined };
}

function ownEntry<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
