import type { Redacted, Redaction } from '@viaduct/core';
import { fromBase64, toBase64 } from '../wire/base64.ts';
import { BerCursor, BerProblem } from '../wire/ber-reader.ts';
import { CLOUDIFY, CLOUDIFY_OBJECTS } from '../mapping.ts';
import {
  isDatagram,
  SNMP_TRAP_COMMUNITY,
  type SnmpDatagram,
  type SnmpMessage,
  type SnmpNotification,
  type SnmpVarbind,
} from '../message.ts';
import { textOf } from '../wire/octets.ts';
import { isWithin, withoutInstance } from '../wire/oid.ts';
import { WIRE_VERSIONS } from '../wire/read-datagram.ts';

/** What stands in the place of a secret. */
const HIDDEN = '***';
const STAR = 0x2a;

const PARAMETERS = `${CLOUDIFY.properties}.${CLOUDIFY_OBJECTS.parameters}`;

/** Members of workflow parameters whose name says that they are secret, with a text as value. */
const SECRET_MEMBER =
  /("[^"\\]*(?:password|passwd|passphrase|secret|token|private_?key|api_?key)[^"\\]*"\s*:\s*")((?:[^"\\]|\\.)*)/gi;

/**
 * Hides the community, also where a proxy put it into a varbind, and secrets among workflow
 * parameters. A datagram stays a datagram of the same length: its community is overwritten.
 */
export function redact(native: SnmpMessage): Redacted<SnmpMessage> {
  return isDatagram(native) ? redactDatagram(native) : redactNotification(native);
}

function redactNotification(native: SnmpNotification): Redacted<SnmpMessage> {
  const redactions: Redaction[] = [];
  const { community } = native;
  const isOpen = community !== undefined && community !== '' && community !== HIDDEN;
  if (isOpen) redactions.push({ path: 'community' });
  const varbinds = native.varbinds.map((varbind, index) => {
    const hidden = hiddenVarbind(varbind);
    if (hidden !== varbind) redactions.push({ path: `varbinds[${index}]` });
    return hidden;
  });
  if (redactions.length === 0) return { native, redactions };
  return {
    native: { ...native, ...(isOpen ? { community: HIDDEN } : {}), varbinds },
    redactions,
  };
}

function hiddenVarbind(varbind: SnmpVarbind): SnmpVarbind {
  const text = textOf(varbind);
  if (text === undefined || text === '' || text === HIDDEN) return varbind;
  const { oid } = varbind;
  if (isWithin(oid, SNMP_TRAP_COMMUNITY)) return { oid, type: 'OctetString', value: HIDDEN };
  if (oid !== PARAMETERS && withoutInstance(oid) !== PARAMETERS) return varbind;
  const hidden = text.replace(SECRET_MEMBER, (whole, start: string, secret: string) =>
    secret === HIDDEN ? whole : `${start}${HIDDEN}`,
  );
  return hidden === text ? varbind : { oid, type: 'OctetString', value: hidden };
}

function redactDatagram(native: SnmpDatagram): Redacted<SnmpMessage> {
  const bytes = fromBase64(native.datagramBase64);
  const places = bytes === undefined ? [] : secretPlaces(bytes);
  const open = places.filter(({ start, end }) => bytes?.subarray(start, end).some(isOpenByte));
  if (bytes === undefined || open.length === 0) return { native, redactions: [] };
  for (const { start, end } of open) bytes.fill(STAR, start, end);
  return {
    native: { ...native, datagramBase64: toBase64(bytes) },
    redactions: open.map(({ path }) => ({ path })),
  };
}

function isOpenByte(byte: number): boolean {
  return byte !== STAR;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

/**
 * Where the community is, by its place alone: the first OCTET STRING after the version, as far as
 * the datagram goes; also where everything after it is broken, or it ends within it.
 */
function secretPlaces(bytes: Uint8Array): readonly Place[] {
  const community = communityPlace(bytes);
  return [...(community === undefined ? [] : [community]), ...trapCommunityPlaces(bytes)];
}

function communityPlace(bytes: Uint8Array): Place | undefined {
  // SEQUENCE with a length of one to five bytes, INTEGER of one byte, OCTET STRING
  if (bytes[0] !== 0x30) return undefined;
  const first = bytes[1] ?? 0;
  const at = first < 0x80 ? 2 : 2 + (first & 0x7f);
  if (bytes[at] !== 0x02 || bytes[at + 1] !== 1 || bytes[at + 3] !== 0x04) return undefined;
  if ((bytes[at + 2] as number) === WIRE_VERSIONS.v3) return undefined;
  const length = bytes[at + 4] ?? 0;
  if (length < 0x80) return placeOf(bytes, at + 5, length, 'community');
  const count = length & 0x7f;
  let long = 0;
  for (let index = 0; index < count; index += 1) long = long * 256 + (bytes[at + 5 + index] ?? 0);
  return placeOf(bytes, at + 5 + count, long, 'community');
}

function placeOf(bytes: Uint8Array, start: number, length: number, path: string): Place {
  return { start, end: Math.min(bytes.length, start + length), path };
}

/** The object identifier of snmpTrapCommunity.0, as it stands on the wire. */
const TRAP_COMMUNITY_OID = [0x06, 0x09, 0x2b, 6, 1, 6, 3, 18, 1, 4, 0] as const;

/** Every varbind snmpTrapCommunity.0, found by its bytes so that a broken list is covered too. */
function trapCommunityPlaces(bytes: Uint8Array): readonly Place[] {
  const places: Place[] = [];
  const last = bytes.length - TRAP_COMMUNITY_OID.length - 1;
  for (let at = 0; at < last; at += 1) {
    if (!TRAP_COMMUNITY_OID.every((byte, index) => bytes[at + index] === byte)) continue;
    const value = valueAfter(bytes, at + TRAP_COMMUNITY_OID.length);
    if (value !== undefined) places.push(value);
  }
  return places;
}

function valueAfter(bytes: Uint8Array, at: number): Place | undefined {
  try {
    const { start, end } = new BerCursor(bytes, at).expect(0x04, 'a community');
    return { start, end, path: 'varbinds.snmpTrapCommunity' };
  } catch (thrown) {
    if (!(thrown instanceof BerProblem)) throw thrown;
    // It ends within the value: everything that is there of it is hidden.
    return { start: Math.min(bytes.length, at + 2), end: bytes.length, path: 'varbinds' };
  }
}
