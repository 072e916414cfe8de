import { isTrail, isUuid, readTraceparent, type CanonicalEvent } from '@viaduct/core';
import type { SnmpVarbind } from '../message.ts';
import { textOf } from '../wire/octets.ts';
import { isWithin } from '../wire/oid.ts';

/** Below any base of VIADUCT-MIB: viaductEventId.0, viaductEventTrail.0, viaductTraceparent.0. */
const EVENT_ID_END = '.1.1.0';
const TRAIL_END = '.1.7.0';
const TRACEPARENT_END = '.1.6.0';

/** What a notification says of its way here. */
export interface Trail {
  /** Under which base of VIADUCT-MIB it says so. */
  readonly base: string;
  readonly id: string;
  readonly trail?: string;
  readonly traceparent?: string;
}

/**
 * The id and the trail among some varbinds, under whatever base the sender has; found by the pair
 * of both objects, or by an id that is a UUID.
 */
export function readTrail(varbinds: readonly SnmpVarbind[]): Trail | undefined {
  for (const varbind of varbinds) {
    if (!varbind.oid.endsWith(EVENT_ID_END)) continue;
    const id = textOf(varbind) ?? '';
    const base = varbind.oid.slice(0, -EVENT_ID_END.length);
    if (!isUuid(id) || !isEnterprise(base)) continue;
    const found = varbinds.find(({ oid }) => oid === `${base}${TRAIL_END}`);
    const trail = found === undefined ? undefined : textOf(found);
    const traced = varbinds.find(({ oid }) => oid === `${base}${TRACEPARENT_END}`);
    const traceparent = traced === undefined ? undefined : readTraceparent(textOf(traced));
    return {
      base,
      id: id.toLowerCase(),
      ...(isTrail(trail) ? { trail } : {}),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }
  return undefined;
}

/** Whether a varbind is one of those that were found: put in by a broker on the way. */
export function isOfTrail({ oid }: SnmpVarbind, trail: Trail | undefined): boolean {
  if (trail === undefined) return false;
  return [EVENT_ID_END, TRAIL_END, TRACEPARENT_END].some((end) => oid === `${trail.base}${end}`);
}

function isEnterprise(base: string): boolean {
  return isWithin(base, '1.3.6.1.4.1') || isWithin(base, '1.3.6.1.3');
}

/**
 * The varbinds of a forwarded notification with the id, the trail and the trace context of the
 * event put in or replaced.
 */
export function withTrail(
  varbinds: readonly SnmpVarbind[],
  { id, traceparent = '' }: Pick<CanonicalEvent, 'id' | 'traceparent'>,
  trail: string,
  ownBase: string,
): readonly SnmpVarbind[] {
  const base = readTrail(varbinds)?.base ?? ownBase;
  const added = [
    [`${base}${EVENT_ID_END}`, id],
    [`${base}${TRAIL_END}`, trail],
    [`${base}${TRACEPARENT_END}`, traceparent],
  ] as const;
  let list = varbinds;
  for (const [oid, value] of added) {
    if (value === '') continue;
    const varbind: SnmpVarbind = { oid, type: 'OctetString', value };
    const at = list.findIndex((item) => item.oid === oid);
    list = at < 0 ? [...list, varbind] : list.with(at, varbind);
  }
  return list;
}
