import {
  DELIVERED,
  SENT,
  TransportError,
  type AdapterContext,
  type JsonObject,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';
import { fromBase64 } from './wire/base64.ts';
import { SINK_DEFAULTS, sinkProblem, type SinkSettings, type SnmpSinkConfig } from './config.ts';
import { communitySize, v3Size } from './wire/datagram-size.ts';
import type { SnmpEncodeOptions } from './encode/encode-options.ts';
import { createEngine, type Engine } from './security/engine.ts';
import { isDatagram, type SnmpMessage, type SnmpNotification } from './message.ts';
import { NotificationSession } from './send/notification-session.ts';
import { coldStart, heartbeat, wireVersion } from './send/own-notifications.ts';
import { hexOf, readDatagram } from './wire/read-datagram.ts';
import {
  aborted,
  isTimeout,
  outcomeOf,
  refused,
  unavailable,
  unreadable,
} from './send/send-outcome.ts';
import { sendTraps, type ParcelTraps } from './send/trap-batch.ts';
import { createUserLine, DIGEST_BYTES } from './security/user.ts';

/** What a sink of traps can promise: that they left. */
export const TRAP_CAPABILITIES: SinkCapabilities = {
  confirmation: 'none',
  ordering: 'none',
  batchMax: 64,
  concurrencyMax: 1,
};

/** What a sink of informs can promise: each is answered or sent again. */
export const INFORM_CAPABILITIES: SinkCapabilities = { ...TRAP_CAPABILITIES, confirmation: 'peer' };

/** What of the configuration the codec needs. */
export function encodeOptionsOf(config: SnmpSinkConfig): JsonObject {
  const settings: SinkSettings = { ...SINK_DEFAULTS, ...config };
  const { profile, enterpriseBase, datagramBytesMax } = settings;
  return {
    version: wireVersion(settings.version),
    pdu: settings.inform ? 'inform' : 'trap',
    profile,
    enterpriseBase,
    datagramBytesMax,
    securityBytes: securityBytes(settings),
  } satisfies SnmpEncodeOptions;
}

function securityBytes({ user, community = '', contextName = '', engineId }: SinkSettings): number {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (user === undefined) return communitySize(bytes(community));
  return v3Size({
    // Informs carry the receiver's id, which may be as long as ids get.
    engineId: engineId === undefined ? 32 : Math.max(32, engineId.length / 2),
    user: bytes(user.name),
    digest: user.authProtocol === undefined ? 0 : DIGEST_BYTES[user.authProtocol],
    contextName: bytes(contextName),
  });
}

/**
 * Sends notifications to one target through one lasting socket. A trap is `sent`; an inform is
 * `delivered` when it was answered. One that nobody answers is the event's fault where others were
 * answered meanwhile, or where a heartbeat is; else the receiver is away.
 */
export class SnmpSink implements Sink<SnmpMessage> {
  readonly #settings: SinkSettings;
  readonly #context: AdapterContext;
  readonly #problem: string | undefined;
  readonly #startedAt: number;
  readonly #engine: Engine;
  #session: NotificationSession | undefined;
  #generation = 0;
  #isStarted = false;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #cancelHeartbeat: () => void = () => undefined;
  /** One probe serves all informs that time out together. */
  #probing: Promise<boolean> | undefined;

  constructor(config: SnmpSinkConfig, context: AdapterContext) {
    this.#settings = { ...SINK_DEFAULTS, ...config };
    this.#context = context;
    this.#problem = sinkProblem(config);
    this.#startedAt = context.clock.now();
    this.#engine = createEngine(context, config.engineId);
  }

  /** The id of our engine, hexadecimal: receivers of v3 traps must know it. */
  get engineId(): string {
    return hexOf(this.#engine.id);
  }

  async connect(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.close();
    if (this.#problem !== undefined) {
      throw new TransportError('permanent', 'VIA_SNMP_CONFIG_INVALID', this.#problem);
    }
    const generation = this.#generation;
    const { clock } = this.#context;
    const session = await NotificationSession.open(
      this.#settings,
      this.#engine,
      clock,
      this.#startedAt,
    );
    if (generation !== this.#generation || signal.aborted) {
      await session.close();
      signal.throwIfAborted();
      throw new TransportError('reconnect', 'VIA_SNMP_NOT_CONNECTED', 'it was closed');
    }
    this.#session = session;
    this.#start(session);
  }

  lost(): Promise<Error> {
    const { session } = this.#connected();
    return session.lost;
  }

  async send(
    parcels: readonly Parcel<SnmpMessage>[],
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    const session = this.#session;
    if (session === undefined) {
      return parcels.map(() => unavailable('VIA_SNMP_NOT_CONNECTED', 'the sink is not open'));
    }
    if (!this.#settings.inform) {
      const traps = parcels.map(({ natives }) => this.#trapsOf(natives));
      return sendTraps(session, traps, signal);
    }
    // All start before any is waited for: they leave in order, the answers come as they come.
    const outcomes = parcels.map((parcel) => this.#sendInforms(session, parcel, signal));
    return orAborted(outcomes, signal);
  }

  async close(): Promise<void> {
    this.#generation += 1;
    this.#cancelHeartbeat();
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  #connected(): { readonly session: NotificationSession } {
    if (this.#session !== undefined) return { session: this.#session };
    throw new TransportError('reconnect', 'VIA_SNMP_NOT_CONNECTED', 'the sink is not open');
  }

  #trapsOf(natives: readonly SnmpMessage[]): ParcelTraps {
    const traps: SnmpNotification[] = [];
    for (const native of natives) {
      const trap = this.#outgoing(native);
      if (trap === undefined) return undefined;
      traps.push(trap);
    }
    return traps;
  }

  async #sendInforms(
    session: NotificationSession,
    { natives }: Parcel<SnmpMessage>,
    signal: AbortSignal,
  ): Promise<Outcome> {
    let outcome: Outcome = SENT;
    // A parcel has one native; were it more, they would go one after the other.
    for (const native of natives) {
      if (signal.aborted) return aborted();
      const inform = this.#outgoing(native);
      if (inform === undefined) return unreadable();
      outcome = await this.#sendInform(session, inform);
      if (outcome.kind !== 'delivered') return outcome;
    }
    return outcome;
  }

  /** A message in the version and as the PDU that this sink sends. */
  #outgoing(native: SnmpMessage): SnmpNotification | undefined {
    const version = wireVersion(this.#settings.version);
    const pdu = this.#settings.inform ? 'inform' : 'trap';
    if (!isDatagram(native)) {
      const isSo = native.version === version && native.pdu === pdu;
      return isSo ? native : { ...native, version, pdu };
    }
    const bytes = fromBase64(native.datagramBase64);
    const read = bytes === undefined ? undefined : readDatagram(bytes);
    return read?.ok === true ? { ...read.value, version, pdu } : undefined;
  }

  async #sendInform(
    session: NotificationSession,
    notification: SnmpNotification,
  ): Promise<Outcome> {
    const { clock } = this.#context;
    const sentAt = clock.now();
    const error = await informed(session, notification);
    if (error === undefined) {
      this.#answeredAt = clock.now();
      return DELIVERED;
    }
    if (!isTimeout(error)) return outcomeOf(error);
    this.#context.count('inform-timeout');
    const isPeerThere = this.#answeredAt >= sentAt || (await this.#probe(session));
    return isPeerThere
      ? refused('VIA_SNMP_INFORM_TIMEOUT', 'the receiver answers other informs, but not this one')
      : unanswered(this.#settings.target);
  }

  /** Whether the receiver answers something else; only VIADUCT-MIB has something else to say. */
  #probe(session: NotificationSession): Promise<boolean> {
    if (this.#settings.profile !== 'viaduct') return Promise.resolve(false);
    this.#probing ??= this.#probeOnce(session).finally(() => (this.#probing = undefined));
    return this.#probing;
  }

  async #probeOnce(session: NotificationSession): Promise<boolean> {
    const { clock } = this.#context;
    const error = await informed(session, heartbeat(this.#settings, clock.now()));
    if (error === undefined) this.#answeredAt = clock.now();
    return error === undefined;
  }

  /** Says once who we are, and that we are here; what comes of it delays no event. */
  #start(session: NotificationSession): void {
    const { profile, coldStart: isWanted = profile === 'viaduct', user } = this.#settings;
    if (!this.#isStarted && user !== undefined) {
      const { engineId } = this;
      const createUser = createUserLine(user, engineId);
      this.#context.logger.info({ engineId, createUser }, 'the SNMP engine of this sink');
    }
    if (!this.#isStarted && isWanted) void this.#sayStart(session);
    else this.#isStarted = true;
    this.#beat(session);
  }

  async #sayStart(session: NotificationSession): Promise<void> {
    this.#isStarted = await this.#say(session, coldStart(this.#settings));
  }

  #beat(session: NotificationSession): void {
    const { heartbeatMs } = this.#settings;
    if (heartbeatMs === 0) return;
    this.#cancelHeartbeat = this.#context.clock.after(heartbeatMs, () => {
      void this.#say(session, heartbeat(this.#settings, this.#context.clock.now()));
      if (this.#session === session) this.#beat(session);
    });
  }

  async #say(session: NotificationSession, notification: SnmpNotification): Promise<boolean> {
    const { kind } = this.#settings.inform
      ? await this.#sendInform(session, notification)
      : await trapped(session, notification);
    const isSaid = kind === 'sent' || kind === 'delivered';
    if (!isSaid) this.#context.count('unsaid');
    return isSaid;
  }
}

/** Whether the event is to blame is seen when others get through: for the engine to judge. */
function unanswered(target: string): Outcome {
  const message = `nobody answers at ${target}`;
  return { kind: 'unavailable', code: 'VIA_SNMP_PEER_SILENT', message, timedOut: true };
}

function informed(
  session: NotificationSession,
  notification: SnmpNotification,
): Promise<Error | undefined> {
  return new Promise((resolve) => session.inform(notification, resolve));
}

function trapped(session: NotificationSession, notification: SnmpNotification): Promise<Outcome> {
  return new Promise((resolve) => {
    session.trap(notification, (error) => resolve(error === undefined ? SENT : outcomeOf(error)));
  });
}

/**
 * The outcomes; `unavailable` for each that is not known when the signal is aborted. One listener
 * for all: Node before 24 warns of a leak from the eleventh on.
 */
async function orAborted(
  outcomes: readonly Promise<Outcome>[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const { promise: cut, resolve } = Promise.withResolvers<Outcome>();
  const stop = (): void => resolve(aborted());
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.all(outcomes.map((outcome) => Promise.race([outcome, cut])));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
