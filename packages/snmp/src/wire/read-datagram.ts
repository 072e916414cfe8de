import { fail, ok, type CodecError, type ErrorCode, type Result } from '@viaduct/core';
import { fromLatin1 } from './base64.ts';
import { BerCursor, BerProblem } from './ber-reader.ts';
import { DATAGRAM_BYTES_MAX, type SnmpNotification } from '../message.ts';
import { PDU_TAGS, readPdu, type PduParts } from './read-pdu.ts';

/** The version numbers on the wire (RFC 3584 clause 4.1, RFC 3412 clause 6). */
export const WIRE_VERSIONS = { v1: 0, v2c: 1, v3: 3 } as const;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the header of a v3 message says (RFC 3412 clause 6, RFC 3414 clause 2.4). */
export interface V3Header {
  readonly msgId: number;
  /** Bit 1 authenticated, 2 encrypted, 4 an answer is wanted. */
  readonly flags: number;
  readonly securityModel: number;
  readonly engineId: Uint8Array;
  readonly boots: number;
  readonly time: number;
  readonly user: string;
  /** Where the digest is in the datagram. */
  readonly digest: { readonly start: number; readonly end: number };
  readonly salt: Uint8Array;
  /** Where the scoped PDU is, or the OCTET STRING with it encrypted. */
  readonly scoped: { readonly start: number; readonly end: number };
}

/** A scoped PDU (RFC 3412 clause 6.8). */
export interface ScopedPdu {
  readonly contextEngineId: Uint8Array;
  readonly contextName: string;
  /** Where the tag of the PDU is. */
  readonly pduStart: number;
  readonly parts: PduParts | undefined;
}

/** The version of a datagram; `undefined` where it is no SNMP message at all. */
export function versionOf(bytes: Uint8Array): keyof typeof WIRE_VERSIONS | undefined {
  const version = guarded(() =>
    new BerCursor(bytes).enter(0x30, 'a message').integer('the version'),
  );
  if (!version.ok) return undefined;
  if (version.value === WIRE_VERSIONS.v1) return 'v1';
  if (version.value === WIRE_VERSIONS.v2c) return 'v2c';
  return version.value === WIRE_VERSIONS.v3 ? 'v3' : undefined;
}

/**
 * Reads a datagram of v1 or v2c, or of v3 where it is not encrypted (its digest is not looked at:
 * that takes the user's password). Strict and total.
 */
export function readDatagram(bytes: Uint8Array): Result<SnmpNotification, CodecError> {
  if (bytes.length > DATAGRAM_BYTES_MAX) {
    const limit = `more than ${DATAGRAM_BYTES_MAX}`;
    return problem('VIA_SNMP_DATAGRAM_TOO_LARGE', `it has ${bytes.length} bytes, ${limit}`);
  }
  const version = versionOf(bytes);
  if (version === undefined) {
    return problem('VIA_SNMP_DATAGRAM_MALFORMED', 'it does not begin as an SNMP message does');
  }
  return version === 'v3' ? readV3(bytes) : readCommunity(bytes, version);
}

function readCommunity(
  bytes: Uint8Array,
  version: 'v1' | 'v2c',
): Result<SnmpNotification, CodecError> {
  const read = guarded(() => {
    const message = new BerCursor(bytes).enter(0x30, 'a message');
    message.integer('the version');
    const community = shownText(message.octets('the community'));
    return { community, parts: readPdu(bytes, message.next()) };
  });
  if (!read.ok) return read;
  const { community, parts } = read.value;
  return parts === undefined ? notANotification() : ok({ version, community, ...parts });
}

function readV3(bytes: Uint8Array): Result<SnmpNotification, CodecError> {
  const header = readV3Header(bytes);
  if (!header.ok) return header;
  const { flags, engineId, user, scoped } = header.value;
  if ((flags & 2) !== 0) {
    return problem('VIA_SNMP_DATAGRAM_ENCRYPTED', `it is encrypted for the user ${shown(user)}`);
  }
  const pdu = readScopedPdu(bytes.subarray(scoped.start, scoped.end));
  if (!pdu.ok) return pdu;
  const { parts, contextName } = pdu.value;
  return parts === undefined
    ? notANotification()
    : ok(v3Notification(parts, { user, contextName, engineId: hexOf(engineId) }));
}

/** A notification of v3 from its parts. */
export function v3Notification(
  parts: PduParts,
  security: { readonly user: string; readonly contextName: string; readonly engineId: string },
): SnmpNotification {
  const { user, contextName, engineId } = security;
  return {
    version: 'v3',
    user,
    ...(contextName === '' ? {} : { contextName }),
    engineId,
    ...parts,
  };
}

/** Reads the header of a v3 message. */
export function readV3Header(bytes: Uint8Array): Result<V3Header, CodecError> {
  return guarded(() => {
    const message = new BerCursor(bytes).enter(0x30, 'a message');
    message.integer('the version');
    const header = message.enter(0x30, 'the header');
    const msgId = header.integer('the message id');
    header.integer('the largest size');
    const flags = header.octets('the flags')[0] ?? 0;
    const securityModel = header.integer('the security model');
    const around = message.enter(0x04, 'the security parameters');
    const security = around.enter(0x30, 'the security parameters');
    const engineId = security.octets('the engine id');
    const boots = security.integer('the boots');
    const time = security.integer('the time');
    const user = shownText(security.octets('the user'));
    const digest = security.expect(0x04, 'the digest');
    const salt = security.octets('the salt');
    const start = message.offset;
    message.next();
    const scoped = { start, end: message.offset };
    return { msgId, flags, securityModel, engineId, boots, time, user, digest, salt, scoped };
  });
}

/** Reads a scoped PDU; what follows it (padding of DES) is not looked at. */
export function readScopedPdu(bytes: Uint8Array): Result<ScopedPdu, CodecError> {
  return guarded(() => {
    const scoped = new BerCursor(bytes).enter(0x30, 'the scoped PDU');
    const contextEngineId = scoped.octets('the context engine id');
    const contextName = shownText(scoped.octets('the context'));
    const pduStart = scoped.offset;
    const pdu = scoped.next();
    const parts = pdu.tag === PDU_TAGS.trapV1 ? undefined : readPdu(bytes, pdu);
    return { contextEngineId, contextName, pduStart, parts };
  });
}

/** The answer to an inform of v2c: the datagram itself with another tag (RFC 3416 clause 4.2.7). */
export function answerToInform(bytes: Uint8Array): Uint8Array {
  const answer = Uint8Array.from(bytes);
  const message = new BerCursor(bytes).enter(0x30, 'a message');
  message.integer('the version');
  message.octets('the community');
  answer[message.offset] = PDU_TAGS.response;
  return answer;
}

/** Bytes as hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function guarded<T>(read: () => T): Result<T, CodecError> {
  try {
    return ok(read());
  } catch (thrown) {
    if (!(thrown instanceof BerProblem)) throw thrown;
    return problem('VIA_SNMP_DATAGRAM_MALFORMED', thrown.message, `byte ${thrown.offset}`);
  }
}

function shownText(octets: Uint8Array): string {
  try {
    return utf8.decode(octets);
  } catch {
    return fromLatin1(octets); // a community or user of an old system
  }
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}

function notANotification(): Result<never, CodecError> {
  return problem('VIA_SNMP_NOT_A_NOTIFICATION', 'it is a request or an answer, no notification');
}

function problem(code: ErrorCode, message: string, path?: string): Result<never, CodecError> {
  return fail({ code, message: `datagram: ${message}`, ...(path === undefined ? {} : { path }) });
}
