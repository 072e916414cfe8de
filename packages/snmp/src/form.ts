import {
  fail,
  isJsonObject,
  ok,
  type CodecError,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { fromBase64 } from './wire/base64.ts';
import {
  TYPE_TAGS,
  VARBINDS_MAX,
  type SnmpMessage,
  type SnmpNotification,
  type SnmpType,
  type SnmpVarbind,
} from './message.ts';
import { parseOid } from './wire/oid.ts';

/** Other names of the types, as libraries and MIB modules write them. */
const TYPE_ALIASES: Readonly<Record<string, SnmpType>> = {
  Integer32: 'Integer',
  INTEGER: 'Integer',
  OID: 'ObjectIdentifier',
  Counter: 'Counter32',
  Gauge: 'Gauge32',
  Unsigned32: 'Gauge32',
};

/** Which integers a type holds. */
const RANGES: Readonly<Partial<Record<SnmpType, readonly [bigint, bigint]>>> = {
  Integer: [-(2n ** 31n), 2n ** 31n - 1n],
  Counter32: [0n, 2n ** 32n - 1n],
  Gauge32: [0n, 2n ** 32n - 1n],
  TimeTicks: [0n, 2n ** 32n - 1n],
  Counter64: [0n, 2n ** 64n - 1n],
};

/** The JSON form of a message: the message itself. */
export function format(message: SnmpMessage): JsonObject {
  return message as unknown as JsonObject; // holds nothing but JSON
}

/** Reads the JSON form of a message, checked field by field. */
export function parse(value: JsonValue): Result<SnmpMessage, CodecError> {
  if (!isJsonObject(value)) return invalid('', 'an object is expected');
  const { datagramBase64 } = value;
  if (datagramBase64 !== undefined) return parseDatagram(value, datagramBase64);
  const { version, pdu = 'trap', trapOid, varbinds = [], upTime, requestId } = value;
  if (version !== 'v1' && version !== 'v2c' && version !== 'v3') {
    return invalid('version', 'v1, v2c or v3 is expected');
  }
  if (pdu !== 'trap' && pdu !== 'inform') return invalid('pdu', 'trap or inform is expected');
  if (version === 'v1' && pdu === 'inform') return invalid('pdu', 'v1 has no informs');
  const oid = typeof trapOid === 'string' ? parseOid(trapOid) : undefined;
  if (oid === undefined) return invalid('trapOid', 'an object identifier is expected');
  if (!Array.isArray(varbinds) || varbinds.length > VARBINDS_MAX) {
    return invalid('varbinds', `a list of at most ${VARBINDS_MAX} is expected`);
  }
  if (upTime !== undefined && !isInRange('TimeTicks', upTime)) {
    return invalid('upTime', 'hundredths of a second are expected');
  }
  if (requestId !== undefined && !isInRange('Integer', requestId)) {
    return invalid('requestId', 'an integer of 32 bits is expected');
  }
  const list: SnmpVarbind[] = [];
  for (const [index, item] of (varbinds as readonly JsonValue[]).entries()) {
    const varbind = parseVarbind(item, `varbinds[${index}]`);
    if (!varbind.ok) return varbind;
    list.push(varbind.value);
  }
  const texts = parseTexts(value);
  if (!texts.ok) return texts;
  return ok({
    version,
    pdu,
    ...texts.value,
    ...(typeof upTime === 'number' ? { upTime } : {}),
    trapOid: oid.join('.'),
    varbinds: list,
    ...(typeof requestId === 'number' ? { requestId } : {}),
  });
}

type Texts = Pick<
  SnmpNotification,
  'community' | 'user' | 'contextName' | 'engineId' | 'agent' | 'trapName'
>;

const TEXT_FIELDS = ['community', 'user', 'contextName', 'engineId', 'agent', 'trapName'] as const;

function parseTexts(value: JsonObject): Result<Texts, CodecError> {
  const texts: Record<string, string> = {};
  for (const name of TEXT_FIELDS) {
    const text = value[name];
    if (text === undefined || text === null) continue;
    if (typeof text !== 'string') return invalid(name, 'a text is expected');
    texts[name] = text;
  }
  return ok(texts);
}

function parseDatagram(value: JsonObject, base64: JsonValue): Result<SnmpMessage, CodecError> {
  if (typeof base64 !== 'string' || fromBase64(base64) === undefined) {
    return invalid('datagramBase64', 'base64 is expected');
  }
  const { agent } = value;
  if (agent === undefined) return ok({ datagramBase64: base64 });
  return typeof agent === 'string'
    ? ok({ datagramBase64: base64, agent })
    : invalid('agent', 'a text is expected');
}

function parseVarbind(item: JsonValue, path: string): Result<SnmpVarbind, CodecError> {
  if (!isJsonObject(item)) return invalid(path, 'an object is expected');
  const oid = typeof item['oid'] === 'string' ? parseOid(item['oid']) : undefined;
  if (oid === undefined) return invalid(`${path}.oid`, 'an object identifier is expected');
  const type = typeNamed(item['type']);
  if (type === undefined) {
    return invalid(`${path}.type`, `one of ${Object.keys(TYPE_TAGS).join(', ')} is expected`);
  }
  const named = typeof item['name'] === 'string' ? { name: item['name'] } : {};
  const base = { oid: oid.join('.'), ...named };
  const { valueBase64 } = item;
  if (valueBase64 !== undefined) {
    const isOctets = type === 'OctetString' || type === 'Opaque';
    return isOctets && typeof valueBase64 === 'string' && fromBase64(valueBase64) !== undefined
      ? ok({ ...base, type, valueBase64 })
      : invalid(`${path}.valueBase64`, 'base64 of an OctetString or Opaque is expected');
  }
  const value = checkedValue(type, item['value']);
  return value === undefined
    ? invalid(`${path}.value`, `it is no value of the type ${type}`)
    : ok({ ...base, type, value });
}

function typeNamed(name: JsonValue | undefined): SnmpType | undefined {
  if (typeof name !== 'string') return undefined;
  if (Object.hasOwn(TYPE_TAGS, name)) return name as SnmpType;
  return Object.hasOwn(TYPE_ALIASES, name) ? TYPE_ALIASES[name] : undefined;
}

function checkedValue(
  type: SnmpType,
  value: JsonValue | undefined,
): number | string | null | undefined {
  switch (type) {
    case 'Null':
      return null;
    case 'OctetString':
    case 'Opaque':
      return typeof value === 'string' ? value : undefined;
    case 'ObjectIdentifier':
      return typeof value === 'string' ? parseOid(value)?.join('.') : undefined;
    case 'IpAddress':
      return typeof value === 'string' && IP_ADDRESS.test(value) ? value : undefined;
    default:
      return isInRange(type, value) ? (value as number | string) : undefined;
  }
}

const IP_ADDRESS = /^(?:25[0-5]|2[0-4]\d|1?\d{1,2})(?:\.(?:25[0-5]|2[0-4]\d|1?\d{1,2})){3}$/;

function isInRange(type: SnmpType, value: JsonValue | undefined): boolean {
  const isDigits = type === 'Counter64' && typeof value === 'string' && /^\d{1,20}$/.test(value);
  if (!isDigits && !(typeof value === 'number' && Number.isSafeInteger(value))) return false;
  const [low, high] = RANGES[type] ?? [0n, 0n];
  const number = BigInt(value);
  return number >= low && number <= high;
}

function invalid(path: string, why: string): Result<never, CodecError> {
  const where = path === '' ? '' : `${path}: `;
  return fail({ code: 'VIA_SNMP_FORM_INVALID', message: `not a message: ${where}${why}`, path });
}
