import { OID_LENGTH_MAX } from '../message.ts';

const OID = /^[0-2](?:\.(?:0|[1-9][0-9]{0,9}))+$/;
const SUBID_MAX = 0xffff_ffff;

/**
 * The sub-identifiers of an object identifier in dotted form (`1.3.6.1…`, a leading dot is taken
 * off); `undefined` where it is none that BER can hold.
 */
export function parseOid(text: string): readonly number[] | undefined {
  const dotted = text.startsWith('.') ? text.slice(1) : text;
  if (dotted.length > OID_LENGTH_MAX * 11 || !OID.test(dotted)) return undefined;
  const parts = dotted.split('.').map(Number);
  const [first = 0, second = 0] = parts;
  if (parts.length > OID_LENGTH_MAX || parts.some((part) => part > SUBID_MAX)) return undefined;
  return first < 2 && second > 39 ? undefined : parts;
}

/** Whether `oid` is `root` or below it. */
export function isWithin(oid: string, root: string): boolean {
  return oid === root || oid.startsWith(`${root}.`);
}

/** An object's identifier without the `.0` of its only instance, which some senders leave out. */
export function withoutInstance(oid: string): string {
  return oid.endsWith('.0') ? oid.slice(0, -2) : oid;
}
