import { fingerprint, type CanonicalEvent } from '@viaduct/core';
import { isObjectId } from './event-field.ts';

/** Derived ids begin here: no OpenNebula has given out so many of its own. */
const FIRST_DERIVED_ID = 0x40000000;

/**
 * The id of a resource as OpenNebula's readers need it, a number: the hook manager cuts the last
 * segment off a key, OneFlow and oned's API take integers only. An id that is one stays; from any
 * other, 30 bits of a hash of the ordering key are taken (which names system, kind and id), added
 * to 2^30. The same resource has the same number always and everywhere; two of 10,000 share one
 * with a chance of 5 %, so whoever needs certainty reads the original id, which goes along.
 */
export function numericId(event: CanonicalEvent): string {
  const { id } = event.data.resource;
  if (isObjectId(id)) return id;
  const bits = parseInt(fingerprint(event.partitionkey).slice(0, 8), 16) >>> 2;
  return String(FIRST_DERIVED_ID + bits);
}
