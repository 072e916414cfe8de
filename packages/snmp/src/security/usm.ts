/**
 * The user-based security model of a receiver (RFC 3414 clause 3.2). Net-snmp's own receiver is not
 * used: it answers informs before it has handed them over, decrypts before it has authenticated,
 * and knows no time window.
 */
import { randomBytes } from 'node:crypto';
import type { Clock, CodecError } from '@viaduct/core';
import { element, integer, objectIdentifier } from '../wire/ber-writer.ts';
import type { Engine } from './engine.ts';
import type { SnmpNotification } from '../message.ts';
import { parseOid } from '../wire/oid.ts';
import {
  hexOf,
  readScopedPdu,
  readV3Header,
  v3Notification,
  type ScopedPdu,
  type V3Header,
} from '../wire/read-datagram.ts';
import { PDU_TAGS } from '../wire/read-pdu.ts';
import { TIME_WINDOW_S, type ReplayGuard } from './replay-guard.ts';
import { levelOf, type SnmpUser } from './user.ts';
import { UserKeys } from './usm-keys.ts';
import {
  decrypted,
  FLAG_AUTH,
  FLAG_PRIV,
  FLAG_REPORTABLE,
  isAuthentic,
  writeV3,
  type Security,
} from '../wire/v3-message.ts';

/** What became of a v3 datagram. */
export type Opened =
  | {
      readonly kind: 'notification';
      readonly notification: SnmpNotification;
      /** Informs only: the answer to this very datagram. */
      readonly answer?: () => Uint8Array;
    }
  | { readonly kind: 'malformed'; readonly error: CodecError }
  /** Not let in; counted under `reason`. `report` is to be sent back, where one is. */
  | { readonly kind: 'refused'; readonly reason: Reason; readonly report?: Uint8Array };

/** Why a message is not let in, and the number of its counter in usmStats (RFC 3414). */
const REASONS = {
  'unsupported-level': 1,
  'not-in-time-window': 2,
  'unknown-user': 3,
  'unknown-engine': 4,
  'wrong-digest': 5,
  'decryption-failed': 6,
  replayed: 0,
  'not-a-notification': 0,
} as const;

/** The words that refusals are counted under. */
export type Reason = keyof typeof REASONS;

const USM_STATS = '1.3.6.1.6.3.15.1.1';

interface Account {
  readonly user: SnmpUser;
  readonly keys?: UserKeys;
}

/** Lets in what its users send, and nobody else. */
export class Usm {
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #engine: Engine;
  readonly #guard: Pick<ReplayGuard, 'admits'>;
  readonly #clock: Clock;
  readonly #counts = new Map<Reason, number>();

  constructor(
    users: readonly SnmpUser[],
    engine: Engine,
    guard: Pick<ReplayGuard, 'admits'>,
    clock: Clock,
  ) {
    this.#accounts = new Map(
      users.map((user) => [
        user.name,
        user.authProtocol === undefined ? { user } : { user, keys: new UserKeys(user) },
      ]),
    );
    this.#engine = engine;
    this.#guard = guard;
    this.#clock = clock;
  }

  /** Checks and reads one datagram. */
  open(bytes: Uint8Array): Opened {
    const read = readV3Header(bytes);
    if (!read.ok) return { kind: 'malformed', error: read.error };
    const header = read.value;
    if (header.securityModel !== 3) return this.#refuse('unsupported-level', header);
    const isOurs = hexOf(header.engineId) === hexOf(this.#engine.id);
    // Whoever wants an answer must know our engine; whoever does not has one of its own.
    if ((header.flags & FLAG_REPORTABLE) !== 0 && !isOurs) {
      return this.#refuse('unknown-engine', header);
    }
    if (header.engineId.length < 5 || header.engineId.length > 32) {
      return this.#refuse('unknown-engine', header);
    }
    const account = this.#accounts.get(header.user);
    if (account === undefined) return this.#refuse('unknown-user', header);
    if ((header.flags & (FLAG_AUTH | FLAG_PRIV)) !== flagsOf(account.user)) {
      return this.#refuse('unsupported-level', header);
    }
    const security = securityOf(account, header.engineId);
    const reason = this.#timeliness(bytes, header, security, isOurs);
    if (reason !== undefined) return this.#refuse(reason, header, security);
    return this.#read(bytes, header, security);
  }

  #timeliness(
    bytes: Uint8Array,
    header: V3Header,
    security: Security | undefined,
    isOurs: boolean,
  ): Reason | undefined {
    if (security === undefined) return undefined;
    if (!isAuthentic(bytes, header, security)) return 'wrong-digest';
    const now = this.#clock.now();
    const { boots, time } = header;
    if (isOurs) {
      const isNear = Math.abs(time - this.#engine.time(now)) <= TIME_WINDOW_S;
      return boots === this.#engine.boots && isNear ? undefined : 'not-in-time-window';
    }
    const sender = `${hexOf(header.engineId)} ${header.user}`;
    const digest = hexOf(bytes.subarray(header.digest.start, header.digest.end));
    return this.#guard.admits({ sender, boots, time, digest }, now) ? undefined : 'replayed';
  }

  #read(bytes: Uint8Array, header: V3Header, security: Security | undefined): Opened {
    const data = bytes.subarray(header.scoped.start, header.scoped.end);
    const isSecret = (header.flags & FLAG_PRIV) !== 0;
    const plain = isSecret && security ? plainOf(data, header, security) : data;
    const scoped = plain === undefined ? undefined : readScopedPdu(plain);
    if (scoped === undefined || (isSecret && !scoped.ok)) {
      return this.#refuse('decryption-failed', header, security);
    }
    if (!scoped.ok) return { kind: 'malformed', error: scoped.error };
    const { parts, contextName } = scoped.value;
    const isConfirmed = (header.flags & FLAG_REPORTABLE) !== 0;
    if (parts === undefined || (parts.pdu === 'inform') !== isConfirmed) {
      return this.#refuse('not-a-notification', header);
    }
    const engineId = hexOf(header.engineId);
    const notification = v3Notification(parts, { user: header.user, contextName, engineId });
    if (parts.pdu === 'trap') return { kind: 'notification', notification };
    const response = responseOf(plain as Uint8Array, scoped.value);
    const answer = (): Uint8Array => this.#write(header, response, security);
    return { kind: 'notification', notification, answer };
  }

  #refuse(reason: Reason, header: V3Header, security?: Security): Opened {
    const count = (this.#counts.get(reason) ?? 0) + 1;
    this.#counts.set(reason, count);
    const number = REASONS[reason];
    if (number === 0 || (header.flags & FLAG_REPORTABLE) === 0) return { kind: 'refused', reason };
    // Only who is out of time gets a signed report: it is how he learns the time (clause 3.2, 7a).
    const isSigned = reason === 'not-in-time-window' && security !== undefined;
    const flags = isSigned ? FLAG_AUTH : 0;
    const report = reportPdu(this.#engine.id, `${USM_STATS}.${number}.0`, count);
    const written = this.#write({ ...header, flags }, report, isSigned ? security : undefined);
    return { kind: 'refused', reason, report: written };
  }

  /** An answer of ours to a message: signed and encrypted as that was. */
  #write(header: V3Header, scopedPdu: Uint8Array, security: Security | undefined): Uint8Array {
    const envelope = {
      msgId: header.msgId,
      flags: header.flags & (FLAG_AUTH | FLAG_PRIV),
      engineId: this.#engine.id,
      boots: this.#engine.boots,
      time: this.#engine.time(this.#clock.now()),
      user: header.user,
      salt: randomBytes(8),
    };
    return writeV3(envelope, scopedPdu, security);
  }
}

function flagsOf(user: SnmpUser): number {
  const level = levelOf(user);
  if (level === 'noAuthNoPriv') return 0;
  return level === 'authPriv' ? FLAG_AUTH | FLAG_PRIV : FLAG_AUTH;
}

function securityOf({ user, keys }: Account, engineId: Uint8Array): Security | undefined {
  const { authProtocol, privProtocol } = user;
  if (keys === undefined || authProtocol === undefined) return undefined;
  return {
    authProtocol,
    hash: keys.hash,
    ...(privProtocol === undefined ? {} : { privProtocol }),
    keys: keys.at(engineId),
  };
}

/** The OCTET STRING around an encrypted scoped PDU is taken off first. */
function plainOf(data: Uint8Array, header: V3Header, security: Security): Uint8Array | undefined {
  if (data[0] !== 0x04) return undefined;
  const first = data[1] ?? 0;
  const start = first < 0x80 ? 2 : 2 + (first & 0x7f);
  return decrypted(data.subarray(start), header, security);
}

/** RFC 3416 clause 4.2.7: the answer to an inform is the inform itself with another tag. */
function responseOf(plain: Uint8Array, scoped: ScopedPdu): Uint8Array {
  const response = Uint8Array.from(plain);
  response[scoped.pduStart] = PDU_TAGS.response;
  return response;
}

function reportPdu(engineId: Uint8Array, oid: string, count: number): Uint8Array {
  const name = objectIdentifier(parseOid(oid) ?? [0, 0]);
  const varbind = element(0x30, name, integer(count >>> 0, 0x41));
  const zeros = [integer(0), integer(0), integer(0)];
  const pdu = element(PDU_TAGS.report, ...zeros, element(0x30, varbind));
  return element(0x30, element(0x04, engineId), element(0x04, new Uint8Array()), pdu);
}
