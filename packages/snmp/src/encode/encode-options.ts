import {
  fail,
  ok,
  type CodecError,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { isEnterpriseBase } from '../mib/mib.ts';
import { DEFAULT_ENTERPRISE_BASE } from '../mapping.ts';
import type { SnmpVersion } from '../message.ts';

/** Which notifications an event becomes. */
export const PROFILES = ['viaduct', 'cloudify', 'cloudify-as-shipped'] as const;

/** One of {@link PROFILES}. */
export type Profile = (typeof PROFILES)[number];

/** What an Ethernet carries in one piece over IPv4: 1500 bytes without the headers. */
export const DATAGRAM_BYTES_DEFAULT = 1_472;

/** What every SNMP receiver has to accept (RFC 3417 clause 3.2). */
export const DATAGRAM_BYTES_MIN = 484;

/** The encoding options of a sink. */
export interface SnmpEncodeOptions {
  /** Default: that of the native message for same-dialect output, else `v2c`. */
  readonly version?: SnmpVersion;
  readonly pdu?: 'trap' | 'inform';
  /** Default: `viaduct`. */
  readonly profile?: Profile;
  /** Default: {@link DEFAULT_ENTERPRISE_BASE}. */
  readonly enterpriseBase?: string;
  /** What does not fit is shortened. Default: {@link DATAGRAM_BYTES_DEFAULT}. */
  readonly datagramBytesMax?: number;
  /** What the sink will put in of community, or of user, engine and digest, bytes. */
  readonly securityBytes?: number;
}

/** The options with everything filled in that has a default. */
export type EncodeSettings = Required<Omit<SnmpEncodeOptions, 'version' | 'pdu'>> &
  Pick<SnmpEncodeOptions, 'version' | 'pdu'>;

/** Room for a community or a v3 user whom nobody described, bytes. */
const SECURITY_BYTES: Readonly<Record<SnmpVersion, number>> = { v1: 36, v2c: 36, v3: 176 };

/** What was read already: a sink gives the same object with every event. */
const known = new WeakMap<JsonObject, Result<EncodeSettings, CodecError>>();

/** Reads the options; unknown keys are errors, so that a typing slip is not a silent default. */
export function readEncodeOptions(
  options: JsonObject = NO_OPTIONS,
): Result<EncodeSettings, CodecError> {
  let settings = known.get(options);
  if (settings === undefined) known.set(options, (settings = checkOptions(options)));
  return settings;
}

const NO_OPTIONS: JsonObject = {};

function checkOptions(options: JsonObject): Result<EncodeSettings, CodecError> {
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof SnmpEncodeOptions] : undefined;
    if (check === undefined) return invalid(name, 'it is unknown');
    if (!check(value)) return invalid(name, `${JSON.stringify(value)} is not possible`);
  }
  return ok({
    profile: 'viaduct',
    enterpriseBase: DEFAULT_ENTERPRISE_BASE,
    datagramBytesMax: DATAGRAM_BYTES_DEFAULT,
    securityBytes: SECURITY_BYTES[(options as SnmpEncodeOptions).version ?? 'v2c'],
    ...(options as SnmpEncodeOptions),
  });
}

const CHECKS: Readonly<Record<keyof SnmpEncodeOptions, (value: JsonValue) => boolean>> = {
  version: (value) => value === 'v1' || value === 'v2c' || value === 'v3',
  pdu: (value) => value === 'trap' || value === 'inform',
  profile: (value) => (PROFILES as readonly JsonValue[]).includes(value),
  enterpriseBase: (value) => typeof value === 'string' && isEnterpriseBase(value),
  datagramBytesMax: (value) => isWhole(value) && value >= DATAGRAM_BYTES_MIN,
  securityBytes: (value) => isWhole(value) && value >= 0,
};

function isWhole(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function invalid(name: string, why: string): Result<never, CodecError> {
  return fail({
    code: 'VIA_SNMP_OPTIONS_INVALID',
    message: `encoding option ${name}: ${why}`,
    path: name,
  });
}
