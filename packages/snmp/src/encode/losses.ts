import type { CanonicalEvent, JsonObject, Loss, LossReason } from '@viaduct/core';
import type { DecodedTrap } from '../decode/decoded-trap.ts';
import { leafPaths, valueAt } from './field-path.ts';

/**
 * What became of the fields that a notification carries: `undefined` for one that is carried as
 * it is. A list element is named by its list's path and `[]`.
 */
export type Carried = ReadonlyMap<string, LossReason | undefined>;

/** What a notification does not say of an event: all of it that is not carried, or not whole. */
export function lossesOf(event: CanonicalEvent, carried: Carried): readonly Loss[] {
  const paths = [
    'id',
    'source',
    'nativetype',
    'trail',
    ...(event.timesource === 'native' ? ['time'] : []),
    ...(event.traceparent === undefined ? [] : ['traceparent']),
    ...(event.replayed === undefined ? [] : ['replayed']),
    ...leafPaths(event.data as unknown as JsonObject, 'data'),
  ];
  const losses: Loss[] = [];
  for (const path of paths) {
    const reason = lossAt(path, carried);
    if (reason !== undefined) losses.push({ path, reason });
  }
  return losses;
}

/** A path is carried as its nearest carried ancestor is. */
function lossAt(path: string, carried: Carried): LossReason | undefined {
  if (carried.has(path)) return carried.get(path);
  const isListed = path.includes('[');
  for (let at = path; at !== ''; at = parentOf(at)) {
    if (carried.has(at)) return carried.get(at);
    const general = isListed ? at.replace(/\[\d+\]/g, '[]') : at;
    if (carried.has(general)) return carried.get(general);
  }
  return 'unsupported';
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('[')));
}

/**
 * What a notification carries, found by reading it back: what reads back different was
 * approximated, unless it is named as shortened.
 */
export function carriedByReadBack(
  event: CanonicalEvent,
  back: DecodedTrap | undefined,
  truncated: readonly string[],
): Carried {
  const carried = new Map<string, LossReason | undefined>();
  if (back === undefined) return carried;
  const paths = ['source', 'nativetype', 'time', 'traceparent'];
  for (const path of [...paths, ...leafPaths(event.data as unknown as JsonObject, 'data')]) {
    const read = valueAt(back, path);
    if (read === undefined) continue;
    carried.set(path, read === valueAt(event, path) ? undefined : 'approximated');
  }
  for (const path of truncated) carried.set(path, 'truncated');
  return carried;
}
