import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalEvent, JsonObject } from '@viaduct/core';
import { FIXTURE_DECODE_CONTEXT, FIXTURE_ENCODE_CONTEXT } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { snmpCodec } from '../src/codec.ts';
import { DATAGRAM_BYTES_MIN } from '../src/encode/encode-options.ts';
import { leafPaths, valueAt } from '../src/encode/field-path.ts';
import { SNMP_TRAP_ADDRESS, type SnmpNotification } from '../src/message.ts';
import { readDatagram } from '../src/wire/read-datagram.ts';
import { writeDatagram } from '../src/wire/write-pdu.ts';

const folder = join(import.meta.dirname, '../fixtures/codec');
const events = readdirSync(folder)
  .filter((name) => name.endsWith('.event.json'))
  .map((name): [string, CanonicalEvent] => [
    name,
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as CanonicalEvent,
  ]);

function encoded(event: CanonicalEvent, options: JsonObject) {
  const result = snmpCodec.encode(event, { ...FIXTURE_ENCODE_CONTEXT, options });
  if (!result.ok) throw new Error(result.error.message);
  return { native: result.value.natives[0] as SnmpNotification, losses: result.value.losses };
}

function wire(native: SnmpNotification): Uint8Array {
  return writeDatagram(native, 'public', { requestId: 0x7fff_ffff, upTime: 0xffff_ffff });
}

function readBack(native: SnmpNotification): CanonicalEvent {
  const read = readDatagram(wire(native));
  if (!read.ok) throw new Error(read.error.message);
  return decodedOne(read.value);
}

function decodedOne(native: SnmpNotification): CanonicalEvent {
  const decoded = snmpCodec.decode(native, FIXTURE_DECODE_CONTEXT);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value[0]!.event;
}

describe.each(events)('%s out as VIADUCT-MIB and back in', (_, event) => {
  it.each([
    ['under the default base', {}],
    ['under a base of its own', { enterpriseBase: '1.3.6.1.4.1.4711.5' }],
    ['in version 1', { version: 'v1' }],
  ])('is the same event but for its losses (%s)', (_name, options) => {
    const { native, losses } = encoded(event, options);
    const back = readBack(native);
    expect(back.id).toBe(event.id);
    expect(back.trail?.split(' ').at(-1)).toBe(FIXTURE_ENCODE_CONTEXT.brokerId);
    const lost = new Set(losses.map(({ path }) => path));
    const told = leafPaths(event.data as unknown as JsonObject, 'data');
    for (const path of ['source', 'time', 'nativetype', 'type', ...told]) {
      if (!lost.has(path)) expect(valueAt(back, path), path).toEqual(valueAt(event, path));
    }
    for (const { path, reason } of losses) {
      if (reason === 'unsupported') expect(valueAt(back, path), path).toBeUndefined();
    }
  });

  it.each([DATAGRAM_BYTES_MIN, 548, 700, 1_472])('never exceeds %i bytes', (datagramBytesMax) => {
    const long = {
      ...event,
      data: { ...event.data, message: 'ü'.repeat(5_000) },
      trail: Array.from({ length: 20 }, (_value, at) => `broker-${at}`).join(' '),
    };
    const { native, losses } = encoded(long, { datagramBytesMax, securityBytes: 10 });
    expect(wire(native).length).toBeLessThanOrEqual(datagramBytesMax);
    expect(losses).toContainEqual({ path: 'data.message', reason: 'truncated' });
    expect(readBack(native).id).toBe(event.id);
  });
});

describe('a notification of somebody else', () => {
  it('is passed on with every varbind, the id and the trail, and known again by them', () => {
    const form = JSON.parse(
      readFileSync(join(folder, 'enterprise-all-types.native.json'), 'utf8'),
    ) as JsonObject;
    const parsed = snmpCodec.parse(form);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const { native, redactions } = snmpCodec.redact(parsed.value);
    const first = snmpCodec.decode(native, FIXTURE_DECODE_CONTEXT);
    if (!first.ok) throw new Error(first.error.message);
    const { event } = first.value[0]!;
    const out = snmpCodec.encode(event, { ...FIXTURE_ENCODE_CONTEXT, native, redactions });
    if (!out.ok) throw new Error(out.error.message);
    const sent = out.value.natives[0] as SnmpNotification;
    expect(sent.varbinds.slice(0, -2)).toEqual((native as SnmpNotification).varbinds);
    const back = readBack(sent);
    expect(back.id).toBe(event.id);
    expect(back.trail).toBe(FIXTURE_ENCODE_CONTEXT.brokerId);
    // A second broker appends itself, and does not add the pair again.
    const again = snmpCodec.encode(back, {
      ...FIXTURE_ENCODE_CONTEXT,
      native: sent,
      brokerId: 'b2',
    });
    if (!again.ok) throw new Error(again.error.message);
    const twice = again.value.natives[0] as SnmpNotification;
    expect(twice.varbinds).toHaveLength(sent.varbinds.length);
    expect(readBack(twice).trail).toBe(`${FIXTURE_ENCODE_CONTEXT.brokerId} b2`);
  });
});

describe('a notification that was forwarded', () => {
  const address = { oid: SNMP_TRAP_ADDRESS, type: 'IpAddress', value: '192.0.2.7' } as const;
  const own = { oid: '1.3.6.1.4.1.4711.1.1.0', type: 'Integer', value: 5 } as const;
  const trap: SnmpNotification = {
    version: 'v2c',
    pdu: 'trap',
    upTime: 1,
    trapOid: '1.3.6.1.4.1.4711.0.17',
    varbinds: [own],
    agent: '192.0.2.7',
  };

  it('by Viaduct is the same event, whoever sent it on', () => {
    const event = decodedOne(trap);
    const out = snmpCodec.encode(event, { ...FIXTURE_ENCODE_CONTEXT, native: trap });
    if (!out.ok) throw new Error(out.error.message);
    const sent = out.value.natives[0] as SnmpNotification;
    expect(sent.varbinds).toHaveLength(4);
    const back = decodedOne({ ...sent, agent: '198.51.100.9' });
    expect(back).toEqual({ ...event, trail: FIXTURE_ENCODE_CONTEXT.brokerId });
  });

  it('by somebody else names the device and not the forwarder (RFC 3584)', () => {
    const there = { ...trap, varbinds: [own, address], agent: '198.51.100.9' };
    const { source, data } = decodedOne(there);
    expect(source).toMatch(/\/192\.0\.2\.7$/);
    expect(data.resource.id).toBe('192.0.2.7');
    expect(data.attributes?.addresses).toEqual([{ address: '192.0.2.7' }]);
    expect(data.attributes?.extra?.map(({ name }) => name)).toEqual(['sysUpTime', own.oid]);
  });

  it.each([
    { ...address, value: '0.0.0.0' },
    { ...address, type: 'OctetString', value: '192.0.2.8' },
  ] as const)('names whom it came from where the address says nothing: $type $value', (varbind) => {
    const { data } = decodedOne({ ...trap, varbinds: [varbind] });
    expect(data.resource.id).toBe('192.0.2.7');
    expect(data.attributes?.extra?.at(-1)?.name).toBe(SNMP_TRAP_ADDRESS);
  });
});

describe('encoding options', () => {
  it.each([
    [{ profile: 'vendor' }],
    [{ datagramBytesMax: 100 }],
    [{ enterpriseBase: '1.3.6.1.2.1' }],
    [{ profle: 'viaduct' }],
  ])('%j are refused', (options) => {
    const result = snmpCodec.encode(events[0]![1], {
      ...FIXTURE_ENCODE_CONTEXT,
      options: options,
    });
    expect(!result.ok && result.error.code).toBe('VIA_SNMP_OPTIONS_INVALID');
  });
});
