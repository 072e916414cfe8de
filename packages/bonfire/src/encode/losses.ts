import {
  isJsonObject,
  unknownAttributeLosses,
  type CanonicalEvent,
  type Loss,
} from '@viaduct/core';

/** Losses listed for one event at most; a hostile event can have a million fields. */
const LOSSES_MAX = 1000;

/**
 * What a message does not say of an event, found by reading the message back: a field that is not
 * there is `unsupported`, one that reads differently was `approximated`. So the list is exact,
 * whatever the writer does. Id, trail and trace context travel in headers.
 */
export function lossesOf(event: CanonicalEvent, back: CanonicalEvent | undefined): readonly Loss[] {
  const losses: Loss[] = [];
  for (const path of ['source', 'origin', 'nativetype'] as const) {
    if (event[path] !== back?.[path]) losses.push({ path, reason: 'unsupported' });
  }
  if (event.timesource === 'native' && !isSameTime(event.time, back?.time)) {
    losses.push({
      path: 'time',
      reason: back?.timesource === 'native' ? 'truncated' : 'unsupported',
    });
  }
  if (event.replayed !== undefined) losses.push({ path: 'replayed', reason: 'unsupported' });
  losses.push(...unknownAttributeLosses(event, back));
  compare('data', event.data, back?.data, losses);
  const party = back?.data.actor;
  const said = new Set<string | symbol | undefined>([party?.user?.id, party?.group?.id]);
  return losses.map((loss) =>
    said.has(partyAt(event, loss.path)) ? { path: loss.path, reason: 'approximated' } : loss,
  );
}

/** Both in UTC; times of different length differ in zeroes only, or in what was cut off. */
function isSameTime(time: string, back: string | undefined): boolean {
  const plain = (text: string): string => text.replace(/(?:\.0*|(\.\d*?[1-9])0*)Z$/, '$1Z');
  return back !== undefined && plain(time) === plain(back);
}

/** The name or id of somebody, where that is what was lost: a project goes out as the group. */
function partyAt({ data }: CanonicalEvent, path: string): string | symbol {
  const match = /^data\.actor\.(user|project|group)\.(id|name)$/.exec(path);
  if (match === null) return NOBODY;
  const party = data.actor?.[match[1] as 'user' | 'project' | 'group'];
  return party?.[match[2] as 'id' | 'name'] ?? NOBODY;
}

const NOBODY = Symbol('nobody');

function compare(path: string, value: unknown, back: unknown, losses: Loss[]): void {
  if (losses.length >= LOSSES_MAX || value === undefined) return;
  if (Array.isArray(value)) {
    const others: readonly unknown[] = Array.isArray(back) ? back : [];
    value.forEach((item, index) => compare(`${path}[${index}]`, item, others[index], losses));
  } else if (isJsonObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      const other = isJsonObject(back) && Object.hasOwn(back, name) ? back[name] : undefined;
      compare(`${path}.${name}`, item, other, losses);
    }
  } else if (value !== back) {
    losses.push({ path, reason: back === undefined ? 'unsupported' : 'approximated' });
  }
}
