/**
 * The one place that reaches into net-snmp (3.29.2), with a session that lasts. What is taken hold
 * of, because its own way loses or invents something:
 *
 * - The PDU is written here (`write-pdu.ts`): the library cannot send an upTime of 0 or a Counter64
 *   from a number, and names v1 traps other than RFC 3584 says. Version, community, security,
 *   retransmission and the matching of answers stay the library's.
 * - v3 traps leave with the boots and time of our engine; the library sends 0 and 0.
 * - Request and message ids are counted; the library draws them at random out of few.
 * - Traps of v1 and v2c are written and sent here, past the library, which copies each varbind
 *   twice and builds every trap anew to put the finished PDU into it: a quarter of what an event
 *   costs.
 */
import { createSocket, type Socket, type SocketType } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import snmp, { type Pdu, type Request, type Session, type User } from 'net-snmp';
import { TransportError, type Clock } from '@viaduct/core';
import type { SinkSettings } from '../config.ts';
import { parseEndpoint } from '../endpoint.ts';
import type { Engine } from '../security/engine.ts';
import type { SnmpNotification } from '../message.ts';
import { levelOf, type SnmpUser } from '../security/user.ts';
import { writeDatagramInPlace, writePdu } from '../wire/write-pdu.ts';

const TRAP_PORT = 162;
const ID_MAX = 0x7fff_ffff;

/** A notification on its way out. */
interface Outgoing {
  readonly pdu: Uint8Array;
  readonly requestId: number;
}

/** Told when a notification left or was answered, or why not. */
export type NotificationDone = (error: Error | undefined) => void;

/** Whom traps of v1 and v2c go to, and as whom. */
interface CommunityTarget {
  readonly address: string;
  readonly port: number;
  readonly community: string;
}

/** A socket to one target; sends notifications one after the other. */
export class NotificationSession {
  /** Resolves with the reason when the session is of no use any more. */
  readonly lost: Promise<Error>;
  readonly #session: Session;
  /** Missing for v3. */
  readonly #target: CommunityTarget | undefined;
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #ready = new WeakSet<Pdu>();
  #nextId: number;
  #outgoing: Outgoing | undefined;
  #isClosed = false;
  #lose: (reason: Error) => void = () => undefined;

  private constructor(
    session: Session,
    target: CommunityTarget | undefined,
    engine: Engine,
    clock: Clock,
    startedAt: number,
  ) {
    this.#session = session;
    this.#target = target;
    this.#engine = engine;
    this.#clock = clock;
    this.#startedAt = startedAt;
    this.#nextId = clock.now() % ID_MAX;
    const send = session.send.bind(session);
    session.send = (request, noWait) => {
      this.#prepare(request);
      return send(request, noWait);
    };
    session.on('error', () => undefined); // a datagram that is no answer to anything
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    session.dgram.on('error', (error) => this.#lose(error));
  }

  /** Resolves the target's name and opens the socket. `startedAt`: since when upTime counts. */
  static async open(
    settings: SinkSettings,
    engine: Engine,
    clock: Clock,
    startedAt: number,
  ): Promise<NotificationSession> {
    const endpoint = parseEndpoint(settings.target, TRAP_PORT);
    if (endpoint === undefined) {
      const message = `target ${JSON.stringify(settings.target)} is no host and port`;
      throw new TransportError('permanent', 'VIA_SNMP_CONFIG_INVALID', message);
    }
    const { address, family } = await resolve(endpoint.host);
    const options = {
      version: settings.version === 1 ? snmp.Version1 : snmp.Version2c,
      transport: family === 6 ? 'udp6' : 'udp4',
      port: endpoint.port,
      trapPort: endpoint.port,
      retries: settings.informRetries,
      timeout: settings.informTimeoutMs,
      dgramModule: { createSocket: createLiteralSocket },
      ...(settings.sourceAddress === undefined ? {} : { sourceAddress: settings.sourceAddress }),
      ...(settings.contextName === undefined ? {} : { context: settings.contextName }),
    };
    const { user, community = '' } = settings;
    const target = user === undefined ? { address, port: endpoint.port, community } : undefined;
    const session =
      user !== undefined
        ? snmp.createV3Session(address, libraryUser(user), {
            ...options,
            version: undefined,
            engineID: Buffer.from(engine.id),
          })
        : snmp.createSession(address, community, options);
    return new NotificationSession(session, target, engine, clock, startedAt);
  }

  /** Sends a trap; `done` is called when it left, or with why it did not. */
  trap(notification: SnmpNotification, done: NotificationDone): void {
    if (this.#target !== undefined && notification.version !== 'v3') {
      this.#sendCommunityTrap(notification, this.#target, done);
      return;
    }
    this.#start(notification, done, (oid, varbinds, sent) => {
      this.#session.trap(oid, varbinds, {}, sent);
    });
  }

  /**
   * Sends an inform, again after each time-out; `done` is called when it was answered, or with why
   * it was not.
   */
  inform(notification: SnmpNotification, done: NotificationDone): void {
    this.#start(notification, done, (oid, varbinds, answered) => {
      this.#session.inform(oid, varbinds, {}, answered);
    });
  }

  /** Ends every wait and closes the socket. */
  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    return new Promise((resolve) => {
      this.#session.dgram.once('close', () => resolve());
      this.#session.close();
    });
  }

  #sendCommunityTrap(
    notification: SnmpNotification,
    { address, port, community }: CommunityTarget,
    done: NotificationDone,
  ): void {
    const context = { requestId: this.#takeId(), upTime: this.#upTime() };
    const datagram = Buffer.from(writeDatagramInPlace(notification, community, context));
    try {
      this.#session.dgram.send(datagram, port, address, (error) => done(error ?? undefined));
    } catch (thrown) {
      done(thrown as Error); // closed meanwhile
    }
  }

  #start(
    notification: SnmpNotification,
    done: NotificationDone,
    send: (
      oid: string,
      varbinds: { oid: string; type: number; value: null }[],
      answered: (error: Error | null) => void,
    ) => void,
  ): void {
    const requestId = this.#takeId();
    const pdu = writePdu(notification, { requestId, upTime: this.#upTime() });
    this.#outgoing = { pdu, requestId };
    // The library compares the names in an answer with these; the values are in our PDU.
    const varbinds = notification.varbinds.map(({ oid }) => ({
      oid,
      type: snmp.ObjectType.Null,
      value: null,
    }));
    send(notification.trapOid, varbinds, (error) => {
      // Another manager answers in the place of the one whose clock the session has learnt: the
      // library refuses its answers for ever, a new session learns anew.
      if (error !== null && isOutOfTime(error)) this.#lose(error);
      done(error ?? undefined);
    });
  }

  /** Hundredths of a second since the sink was made. */
  #upTime(): number {
    return Math.floor((this.#clock.now() - this.#startedAt) / 10) % 0x1_0000_0000;
  }

  /** Called before every datagram, the discovery of a receiver's engine included. */
  #prepare({ message, originalPdu }: Request): void {
    const pdu = originalPdu ?? message.pdu;
    const outgoing = this.#outgoing;
    if (outgoing !== undefined && !this.#ready.has(pdu)) {
      this.#outgoing = undefined;
      this.#ready.add(pdu);
      pdu.id = outgoing.requestId;
      pdu.toBuffer = (writer) => writer.writeBuffer(Buffer.from(outgoing.pdu));
    }
    const { msgGlobalData, msgSecurityParameters, buffer } = message;
    if (msgGlobalData === undefined || buffer !== undefined) return;
    msgGlobalData.msgID = this.#takeId();
    const isTrap = originalPdu === undefined;
    if (!isTrap || msgSecurityParameters === undefined) return;
    msgSecurityParameters.msgAuthoritativeEngineBoots = this.#engine.boots;
    msgSecurityParameters.msgAuthoritativeEngineTime = this.#engine.time(this.#clock.now());
  }

  #takeId(): number {
    this.#nextId = this.#nextId >= ID_MAX ? 1 : this.#nextId + 1;
    return this.#nextId;
  }
}

/** Whether an answer was refused because its time is not that of the receiver's engine. */
export function isOutOfTime(error: Error): boolean {
  return (
    error instanceof snmp.ResponseInvalidError &&
    error.code === snmp.ResponseInvalidCode.ENotInTimeWindow
  );
}

/**
 * A socket that takes the address for what it is. Node looks even a literal one up with every
 * datagram, a turn of the event loop later.
 */
function createLiteralSocket(type: SocketType): Socket {
  const family = type === 'udp6' ? 6 : 4;
  return createSocket({ type, lookup: (address, _options, done) => done(null, address, family) });
}

async function resolve(host: string): Promise<{ address: string; family: number }> {
  const family = isIP(host);
  if (family !== 0) return { address: host, family };
  try {
    return await lookup(host);
  } catch (cause) {
    const message = `the name ${JSON.stringify(host)} cannot be resolved`;
    throw new TransportError('reconnect', 'VIA_SNMP_SEND_FAILED', message, { cause });
  }
}

function libraryUser(user: SnmpUser): User {
  const { name, authProtocol, authPassword, privProtocol, privPassword } = user;
  return {
    name,
    level: snmp.SecurityLevel[levelOf(user)],
    ...(authProtocol && authPassword
      ? { authProtocol: snmp.AuthProtocols[authProtocol] as string, authKey: authPassword }
      : {}),
    ...(privProtocol && privPassword
      ? { privProtocol: snmp.PrivProtocols[privProtocol] as string, privKey: privPassword }
      : {}),
  };
}
