import type { RemoteInfo } from 'node:dgram';
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  fingerprint,
  MALFORMED_TEXT_MAX,
  type AdapterContext,
  type CodecError,
  type Delivery,
  type Settlement,
  type SourceGap,
} from '@viaduct/core';
import { toBase64 } from '../wire/base64.ts';
import type { SourceSettings } from '../config.ts';
import type { Engine } from '../security/engine.ts';
import { InformLedger } from './inform-ledger.ts';
import type { SnmpMessage, SnmpNotification } from '../message.ts';
import { MibNames } from '../mib/mib-names.ts';
import { answerToInform, readDatagram, versionOf } from '../wire/read-datagram.ts';
import { redact } from '../decode/redact.ts';
import type { ReplayGuard } from '../security/replay-guard.ts';
import { Usm } from '../security/usm.ts';

/** The versions as the configuration counts them. */
const VERSION_NUMBERS = { v1: 1, v2c: 2, v3: 3 } as const;

/** Dead letters made of broken datagrams; more would let a stranger fill the disk. */
const MALFORMED_PER_MINUTE_MAX = 300;

/** A datagram as it came. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly from: RemoteInfo;
  readonly receivedAt: number;
  /** Sends a datagram back to where it came from. */
  reply(bytes: Uint8Array): void;
}

/** Takes a delivery; false where there is no room. */
export type HandOver = (delivery: Delivery<SnmpMessage>, bytes: number) => boolean;

/**
 * Makes deliveries of datagrams: reads, lets in or refuses, holds the answers to informs back.
 * Knows no socket. What lasts over a reconnect of the source (answers given, clocks of senders)
 * lives here.
 */
export class Receiver {
  readonly #settings: SourceSettings;
  readonly #context: AdapterContext;
  readonly #usm: Usm;
  readonly #ledger: InformLedger;
  readonly #names: MibNames;
  readonly #communities: readonly Buffer[] | undefined;
  #reported = { minute: 0, count: 0 };

  readonly #tell: (gap: SourceGap) => void;

  /**
   * `tell` hears of every trap that is gone. Throws a `TransportError` where a MIB module cannot be
   * loaded.
   */
  constructor(
    settings: SourceSettings,
    context: AdapterContext,
    engine: Engine,
    guard: Pick<ReplayGuard, 'admits'>,
    tell: (gap: SourceGap) => void,
  ) {
    this.#tell = tell;
    const { users, pendingInformsMax, answeredMs, mibs, communities } = settings;
    this.#settings = settings;
    this.#context = context;
    this.#usm = new Usm(users, engine, guard, context.clock);
    this.#ledger = new InformLedger(pendingInformsMax, answeredMs, context.clock);
    this.#names = new MibNames(mibs);
    this.#communities = communities?.map(digestOf);
  }

  /** Handles one datagram. */
  receive(received: Received, handOver: HandOver): void {
    const { bytes } = received;
    const version = versionOf(bytes);
    if (version !== undefined && !this.#settings.versions.includes(VERSION_NUMBERS[version])) {
      this.#context.count('refused-version');
    } else if (version === 'v3') {
      this.#receiveV3(received, handOver);
    } else {
      this.#receiveCommunity(received, handOver);
    }
  }

  /** The deliveries so far will not be settled, or too late. */
  forgetPending(): void {
    this.#ledger.forgetPending();
  }

  #receiveCommunity(received: Received, handOver: HandOver): void {
    const { bytes } = received;
    const read = readDatagram(bytes);
    if (!read.ok) {
      this.#malformed(received, read.error, handOver);
      return;
    }
    const notification = read.value;
    if (!this.#isKnown(notification.community ?? '')) {
      this.#context.count('unknown-community');
      return;
    }
    const answer = (): void => received.reply(answerToInform(bytes));
    this.#deliver(received, notification, answer, handOver);
  }

  #receiveV3(received: Received, handOver: HandOver): void {
    const opened = this.#usm.open(received.bytes);
    if (opened.kind === 'malformed') {
      this.#malformed(received, opened.error, handOver);
    } else if (opened.kind === 'refused') {
      this.#context.count(opened.reason);
      if (opened.report !== undefined) received.reply(opened.report);
    } else {
      const { notification, answer = () => new Uint8Array() } = opened;
      this.#deliver(received, notification, () => received.reply(answer()), handOver);
    }
  }

  #deliver(
    received: Received,
    notification: SnmpNotification,
    answer: () => void,
    handOver: HandOver,
  ): void {
    const { from, receivedAt, bytes } = received;
    const native = this.#names.withNames({ agent: plainAddress(from.address), ...notification });
    if (notification.pdu === 'trap') {
      const settlement = this.#trapSettlement();
      if (!handOver({ native, receivedAt, ...settlement }, bytes.length)) {
        this.#overflow();
        this.#tell({ reason: 'overflow', messages: 1 });
      }
      return;
    }
    const key = keyOf(from, notification);
    const noted = this.#ledger.note(key, answer);
    if (noted === 'again') this.#context.count('inform-again');
    if (noted === 'full') this.#overflow();
    if (noted !== 'new') return;
    const isTaken = handOver({ native, receivedAt, ...this.#informSettlement(key) }, bytes.length);
    if (isTaken) return;
    this.#ledger.forget(key);
    this.#overflow();
  }

  /** A trap cannot be had again: what the broker gives back is lost, and counted. */
  #trapSettlement(): Settlement {
    return {
      ack: () => undefined,
      reject: (reason) => {
        if (reason !== 'retry') return;
        this.#context.count('trap-lost');
        this.#tell({ reason: 'given-back', messages: 1 });
      },
    };
  }

  #informSettlement(key: string): Settlement {
    return {
      ack: () => this.#ledger.answer(key),
      reject: (reason) => (reason === 'retry' ? this.#ledger.forget(key) : this.#ledger.drop(key)),
    };
  }

  #overflow(): void {
    this.#context.count('overflow');
  }

  #malformed({ bytes, receivedAt }: Received, error: CodecError, handOver: HandOver): void {
    // Somebody polls us: no event, and no damage either.
    if (error.code === 'VIA_SNMP_NOT_A_NOTIFICATION') {
      this.#context.count('not-a-notification');
      return;
    }
    this.#context.count('malformed');
    if (!this.#mayReport(receivedAt)) return;
    const { native } = redact({ datagramBase64: toBase64(bytes) });
    const text = 'datagramBase64' in native ? native.datagramBase64 : '';
    const malformed = { error, text: text.slice(0, MALFORMED_TEXT_MAX), bytes: bytes.length };
    const settlement = { ack: () => undefined, reject: () => undefined };
    if (!handOver({ malformed, receivedAt, ...settlement }, bytes.length)) this.#overflow();
  }

  /** Anybody can send garbage from any address: what is above the limit is only counted. */
  #mayReport(now: number): boolean {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#reported.minute) this.#reported = { minute, count: 0 };
    this.#reported.count += 1;
    return this.#reported.count <= MALFORMED_PER_MINUTE_MAX;
  }

  /** Compared by digests, so that time tells nothing about a community. */
  #isKnown(community: string): boolean {
    if (this.#communities === undefined) return true;
    const digest = digestOf(community);
    return this.#communities.some((known) => timingSafeEqual(known, digest));
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** An IPv4 address that came in over an IPv6 socket is an IPv4 address. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

/** The same for every datagram of one inform; v3 encrypts each of them anew. */
function keyOf({ address, port }: RemoteInfo, notification: SnmpNotification): string {
  const { requestId = 0, trapOid, varbinds, user, community } = notification;
  const who = JSON.stringify([user, community]);
  return fingerprint(
    `${address} ${port} ${requestId} ${who} ${trapOid} ${JSON.stringify(varbinds)}`,
  );
}
