import {
  isJsonObject,
  unknownAttributeLosses,
  type CanonicalEvent,
  type EventData,
  type Loss,
} from '@viaduct/core';

/** Losses listed for one event at most; a hostile event can have a million fields. */
const LOSSES_MAX = 1000;

/** What a message was found to say. */
export interface ReadBack {
  readonly nativetype: string;
  readonly data: EventData;
}

/**
 * What a message does not say of an event, found by reading the message back: a field that is not
 * there is `unsupported`, one that reads differently was `approximated`. So the list is exact,
 * whatever the writer does.
 */
export function lossesOf(event: CanonicalEvent, readBack: ReadBack | undefined): readonly Loss[] {
  const losses: Loss[] = [];
  const lose = (path: string): void => void losses.push({ path, reason: 'unsupported' });
  lose('source');
  if (event.nativetype !== readBack?.nativetype) lose('nativetype');
  if (event.timesource === 'native') lose('time');
  if (event.replayed !== undefined) lose('replayed');
  losses.push(...unknownAttributeLosses(event));
  compare('data', event.data, readBack?.data, losses);
  return losses.map((loss) => (isGroup(loss, event, readBack) ? approximated(loss) : loss));
}

const PROJECT = 'data.actor.project.';

/** Whether a project's name or id went out as that of a group, OpenNebula's only tenant. */
function isGroup({ path }: Loss, event: CanonicalEvent, readBack: ReadBack | undefined): boolean {
  if (!path.startsWith(PROJECT)) return false;
  const name = path.slice(PROJECT.length);
  if (name !== 'id' && name !== 'name') return false;
  const group = readBack?.data.actor?.group?.[name];
  return group !== undefined && group === event.data.actor?.project?.[name];
}

function approximated({ path }: Loss): Loss {
  return { path, reason: 'approximated' };
}

function compare(path: string, value: unknown, back: unknown, losses: Loss[]): void {
  if (losses.length >= LOSSES_MAX || value === undefined) return;
  if (Array.isArray(value)) {
    const others: readonly unknown[] = Array.isArray(back) ? back : [];
    value.forEach((item, index) => {
      compare(`${path}[${index}]`, item, others[index], losses);
    });
  } else if (isJsonObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      const other = isJsonObject(back) && Object.hasOwn(back, name) ? back[name] : undefined;
      compare(`${path}.${name}`, item, other, losses);
    }
  } else if (value !== back) {
    losses.push({ path, reason: back === undefined ? 'unsupported' : 'approximated' });
  }
}
