import type { JsonValue, Observed, Step, Tracker } from '@viaduct/core';
import { experimentParent } from './decode/read-data.ts';

/** What is remembered of an object or a routing key: the id of its experiment. */
interface ExperimentMemory {
  readonly experiment: string;
  readonly [name: string]: JsonValue;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Objects of a whole platform's experiments, several times over. */
const OBJECTS_MAX = 50_000;

/** Longer than any experiment may run; counted from the object's last event. */
const OBJECT_AGE_MAX_MS = 90 * DAY_MS;

/** Routing keys that one source is bound with, or a wildcard brings. */
const KEYS_MAX = 10_000;

/**
 * Gives events their experiment where the message does not name it: `delete` and `stopped.done`
 * never do. The object's `create` and `update` do, and what they said is remembered.
 */
export const objectTracker: Tracker<ExperimentMemory> = {
  name: 'object',
  keysMax: OBJECTS_MAX,
  ageMaxMs: OBJECT_AGE_MAX_MS,
  keyOf: (observed) =>
    observed.event.data.resource.kind === 'experiment' ? undefined : fact(observed, 'object'),
  step: (memory, observed) => stepOf(memory, observed),
};

/**
 * The same by routing key. On the users' exchange a key stands for one experiment: what says which
 * (an event of the experiment itself, or of an object that names it) says it for the simple and
 * the users' messages under that key too.
 */
export const keyTracker: Tracker<ExperimentMemory> = {
  name: 'key',
  keysMax: KEYS_MAX,
  ageMaxMs: OBJECT_AGE_MAX_MS,
  keyOf: (observed) => fact(observed, 'key'),
  step: (memory, observed) => stepOf(memory, observed),
};

function stepOf(memory: ExperimentMemory | undefined, observed: Observed): Step<ExperimentMemory> {
  const said = experimentOf(observed);
  const experiment = said ?? memory?.experiment;
  return {
    memory: experiment === undefined ? undefined : { experiment },
    events: [
      said === undefined && experiment !== undefined ? within(observed, experiment) : observed,
    ],
    dropped: [],
    notices: [],
  };
}

function experimentOf({ event }: Observed): string | undefined {
  const { kind, id, path, parent } = event.data.resource;
  if (kind === 'experiment') return path === undefined ? undefined : id;
  return parent?.kind === 'experiment' ? parent.id : undefined;
}

/** The event as part of an experiment, unless it says itself that it is part of something. */
function within(observed: Observed, experiment: string): Observed {
  const { event } = observed;
  const { resource } = event.data;
  if (resource.kind === 'experiment' || resource.parent !== undefined) return observed;
  const found = { ...resource, parent: experimentParent(experiment) };
  return { ...observed, event: { ...event, data: { ...event.data, resource: found } } };
}

function fact({ facts }: Observed, name: string): string | undefined {
  const value = facts?.[name];
  return typeof value === 'string' ? value : undefined;
}
