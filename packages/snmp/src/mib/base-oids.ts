import { MIB_OBJECTS } from './mapping-objects.ts';
import { parseOid } from '../wire/oid.ts';

/** The object identifiers of VIADUCT-MIB below one base, as texts that are made once. */
export interface BaseOids {
  /** Of the one instance of each object, in the order of `MIB_OBJECTS`. */
  readonly objects: readonly string[];
  /** Of the notification with that number. */
  notification(number: number): NotificationOid;
}

/** What a notification is called. */
export interface NotificationOid {
  readonly oid: string;
  /** Sub-identifiers in it. */
  readonly length: number;
}

/** Bases remembered: each sink has one, and nearly all have the same. */
const BASES_MAX = 64;

/** Numbers of notifications are few: kinds times classes. */
const NOTIFICATIONS_MAX = 4_096;

const known = new Map<string, BaseOids>();

/** The object identifiers below a base. */
export function baseOids(base: string): BaseOids {
  let oids = known.get(base);
  if (oids === undefined) {
    if (known.size >= BASES_MAX) known.clear();
    known.set(base, (oids = createBaseOids(base)));
  }
  return oids;
}

function createBaseOids(base: string): BaseOids {
  const notifications = new Map<number, NotificationOid>();
  return {
    objects: MIB_OBJECTS.map(({ id }) => `${base}.1.${id}.0`),
    notification: (number) => {
      let named = notifications.get(number);
      if (named === undefined) {
        const oid = `${base}.0.${number}`;
        if (notifications.size >= NOTIFICATIONS_MAX) notifications.clear();
        notifications.set(number, (named = { oid, length: parseOid(oid)?.length ?? 0 }));
      }
      return named;
    },
  };
}
