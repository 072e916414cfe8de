import { uuidFromName, type AdapterContext } from '@viaduct/core';

/**
 * An SNMP engine of ours (RFC 3411 clause 5, SnmpEngineID): the id under which users are known to
 * others, and the pair of boots and time that tells a replayed message from a new one.
 */
export interface Engine {
  /** 5 to 32 bytes. */
  readonly id: Uint8Array;
  /** How often the engine has started. */
  readonly boots: number;
  /** Seconds since it started. */
  time(now: number): number;
}

/** The enterprise in our ids: net-snmp's, whose format 5 leaves the rest to the administrator. */
const ID_PREFIX = [0x80, 0x00, 0x1f, 0x88, 0x05] as const;

/** Where the count of boots began: 2025-01-01. */
const BOOTS_EPOCH_MS = Date.UTC(2025, 0, 1);

/** The largest value of boots and time (RFC 3414 clause 2.2.2). */
export const ENGINE_COUNT_MAX = 0x7fff_ffff;

/**
 * The engine of one source or sink. Its id is made of the broker's id, which lasts, and its name in
 * the configuration, so it lasts without a file of its own. Boots is the second in which it
 * started: it grows with every start as long as the clock is not set back.
 */
export function createEngine(
  context: Pick<AdapterContext, 'brokerId' | 'name' | 'clock'>,
  configuredId?: string,
): Engine {
  const startedAt = context.clock.now();
  const sinceEpoch = Math.floor((startedAt - BOOTS_EPOCH_MS) / 1000);
  return {
    id: configuredId === undefined ? engineIdOf(context) : parseEngineId(configuredId),
    boots: Math.min(ENGINE_COUNT_MAX, Math.max(1, sinceEpoch)),
    time: (now) => Math.min(ENGINE_COUNT_MAX, Math.max(0, Math.floor((now - startedAt) / 1000))),
  };
}

function engineIdOf({ brokerId, name }: Pick<AdapterContext, 'brokerId' | 'name'>): Uint8Array {
  const digits = uuidFromName(`snmp engine\n${brokerId}\n${name}`).replaceAll('-', '');
  return Uint8Array.from([...ID_PREFIX, ...hexBytes(digits)]);
}

/** What an engine id looks like in a configuration: 5 to 32 bytes, hexadecimal. */
export const ENGINE_ID_PATTERN = '^(0x)?([0-9A-Fa-f]{2}){5,32}$';

/** The bytes of an engine id; the configuration's pattern has been checked. */
function parseEngineId(text: string): Uint8Array {
  return Uint8Array.from(hexBytes(text.replace(/^0x/, '')));
}

function hexBytes(digits: string): readonly number[] {
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
