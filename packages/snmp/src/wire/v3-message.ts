import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { element, integer } from './ber-writer.ts';
import type { V3Header } from './read-datagram.ts';
import { DIGEST_BYTES, type AuthProtocol, type PrivProtocol } from '../security/user.ts';
import type { LocalKeys } from '../security/usm-keys.ts';

/** The bit of the flags that says: signed (RFC 3412 clause 6.4). */
export const FLAG_AUTH = 1;

/** Encrypted. */
export const FLAG_PRIV = 2;

/** An answer is wanted, if only a report. */
export const FLAG_REPORTABLE = 4;

/** The largest message that we say we take. */
const MESSAGE_BYTES_MAX = 65_507;

const CIPHERS: Readonly<Record<PrivProtocol, string>> = {
  aes: 'aes-128-cfb',
  aes256b: 'aes-256-cfb',
  aes256r: 'aes-256-cfb',
};

/** A user's protocols with its keys at one engine. */
export interface Security {
  readonly authProtocol: AuthProtocol;
  /** OpenSSL's name of the digest. */
  readonly hash: string;
  readonly privProtocol?: PrivProtocol;
  readonly keys: LocalKeys;
}

/** What stands around a scoped PDU. */
export interface V3Envelope {
  readonly msgId: number;
  readonly flags: number;
  readonly engineId: Uint8Array;
  readonly boots: number;
  readonly time: number;
  readonly user: string;
  /** Eight bytes, never the same twice under one key (RFC 3826 clause 3.1.2.1). */
  readonly salt: Uint8Array;
}

/** Whether a message carries the right digest: RFC 3414 clause 6.3.2, compared in constant time. */
export function isAuthentic(bytes: Uint8Array, header: V3Header, security: Security): boolean {
  const { start, end } = header.digest;
  const length = DIGEST_BYTES[security.authProtocol];
  if (end - start !== length) return false;
  const blank = Buffer.from(bytes);
  blank.fill(0, start, end);
  return timingSafeEqual(digest(blank, security), bytes.subarray(start, end));
}

function digest(bytes: Uint8Array, { hash, keys, authProtocol }: Security): Buffer {
  const whole = createHmac(hash, keys.auth).update(bytes).digest();
  return whole.subarray(0, DIGEST_BYTES[authProtocol]);
}

/** Decrypts a scoped PDU (RFC 3826); `undefined` where the salt has not its eight bytes. */
export function decrypted(
  encrypted: Uint8Array,
  header: V3Header,
  { privProtocol, keys }: Security,
): Uint8Array | undefined {
  if (privProtocol === undefined || header.salt.length !== 8) return undefined;
  const cipher = createDecipheriv(CIPHERS[privProtocol], keys.priv, initialVector(header));
  return Buffer.concat([cipher.update(encrypted), cipher.final()]);
}

function initialVector({ boots, time, salt }: Pick<V3Envelope, 'boots' | 'time' | 'salt'>): Buffer {
  const vector = Buffer.alloc(16);
  vector.writeInt32BE(boots, 0);
  vector.writeInt32BE(time, 4);
  vector.set(salt, 8);
  return vector;
}

const encoder = new TextEncoder();

/** A whole message: encrypted and signed as its flags say, which `security` must allow. */
export function writeV3(
  envelope: V3Envelope,
  scopedPdu: Uint8Array,
  security: Security | undefined,
): Uint8Array {
  const { msgId, flags, engineId, boots, time, user, salt } = envelope;
  const isSigned = (flags & FLAG_AUTH) !== 0 && security !== undefined;
  const isSecret = (flags & FLAG_PRIV) !== 0 && security?.privProtocol !== undefined;
  const blank = new Uint8Array(isSigned ? DIGEST_BYTES[security.authProtocol] : 0);
  const data = isSecret ? element(0x04, encrypt(scopedPdu, envelope, security)) : scopedPdu;
  const before = [
    integer(3),
    element(
      0x30,
      integer(msgId),
      integer(MESSAGE_BYTES_MAX),
      element(0x04, Uint8Array.of(flags)),
      integer(3),
    ),
  ];
  const known = [
    element(0x04, engineId),
    integer(boots),
    integer(time),
    element(0x04, encoder.encode(user)),
  ];
  const last = element(0x04, isSecret ? salt : new Uint8Array());
  const message = element(
    0x30,
    ...before,
    element(0x04, element(0x30, ...known, element(0x04, blank), last)),
    data,
  );
  if (isSigned) {
    const end = message.length - data.length - last.length;
    message.set(digest(message, security), end - blank.length);
  }
  return message;
}

function encrypt(scopedPdu: Uint8Array, envelope: V3Envelope, security: Security): Uint8Array {
  const { privProtocol = 'aes', keys } = security;
  const cipher = createCipheriv(CIPHERS[privProtocol], keys.priv, initialVector(envelope));
  return Buffer.concat([cipher.update(scopedPdu), cipher.final()]);
}
