import type { Kind } from './vocabulary.ts';

/**
 * The canonical states of every kind: closed lists, one table. An adapter maps every native state
 * to one of them and what it does not know to `unknown`, keeping the native name beside it.
 */
export const STATES = {
  compute: [
    'pending',
    'building',
    'running',
    'paused',
    'suspended',
    'stopped',
    'migrating',
    'resizing',
    'failed',
    'deleted',
    'unknown',
  ],
  host: ['pending', 'up', 'disabled', 'maintenance', 'down', 'failed', 'deleted', 'unknown'],
  image: [
    'pending',
    'creating',
    'available',
    'in-use',
    'disabled',
    'locked',
    'failed',
    'deleting',
    'deleted',
    'unknown',
  ],
  network: ['pending', 'building', 'active', 'down', 'failed', 'deleting', 'deleted', 'unknown'],
  storage: [
    'pending',
    'creating',
    'available',
    'attaching',
    'in-use',
    'detaching',
    'resizing',
    'backing-up',
    'restoring',
    'migrating',
    'maintenance',
    'failed',
    'deleting',
    'deleted',
    'unknown',
  ],
  'site-link': ['pending', 'building', 'active', 'down', 'failed', 'deleted', 'unknown'],
  experiment: [
    'pending',
    'ready',
    'deploying',
    'running',
    'stopping',
    'stopped',
    'failed',
    'deleted',
    'unknown',
  ],
  deployment: [
    'pending',
    'creating',
    'updating',
    'active',
    'suspended',
    'rolling-back',
    'deleting',
    'failed',
    'deleted',
    'unknown',
  ],
  execution: [
    'pending',
    'queued',
    'running',
    'cancelling',
    'cancelled',
    'succeeded',
    'failed',
    'unknown',
  ],
  service: ['pending', 'up', 'disabled', 'down', 'failed', 'deleted', 'unknown'],
  identity: ['enabled', 'disabled', 'deleted', 'unknown'],
  request: ['running', 'succeeded', 'failed', 'unknown'],
  device: ['up', 'degraded', 'down', 'failed', 'unknown'],
} as const;

/** The canonical states of one kind. */
export type StateOf<K extends Kind> = (typeof STATES)[K][number];

/** Any canonical state. */
export type State = StateOf<Kind>;

/** Whether `value` is a canonical state of `kind`. */
export function isStateOf(kind: Kind, value: string): value is State {
  const states: Readonly<Record<Kind, readonly string[]>> = STATES; // a list for every kind
  return states[kind].includes(value);
}
