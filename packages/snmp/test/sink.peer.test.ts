import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalEvent, JsonObject, Outcome } from '@viaduct/core';
import { FIXTURE_ENCODE_CONTEXT, testContext, waitFor } from '@viaduct/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSnmptrapd, lintMib, type Snmptrapd } from '../../../tools/peers/snmptrapd.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { snmpCodec as codec } from '../src/codec.ts';
import type { SnmpSinkConfig } from '../src/config.ts';
import { encodeOptionsOf, SnmpSink } from '../src/sink.ts';
import { createUserLine, type SnmpUser } from '../src/security/user.ts';

requirePeer('snmp');

const fixtures = join(import.meta.dirname, '../fixtures');
const ops: SnmpUser = {
  name: 'ops',
  authProtocol: 'sha256',
  authPassword: 'authpassword',
  privProtocol: 'aes',
  privPassword: 'privpassword',
};
const signer: SnmpUser = { name: 'signer', authProtocol: 'sha512', authPassword: 'authpassword' };
const aes256: SnmpUser = {
  ...ops,
  name: 'strong',
  authProtocol: 'sha384',
  privProtocol: 'aes256b',
};
const guest: SnmpUser = { name: 'guest' };
const SENDER_ENGINE = '80001f8805aabbccdd';
const signal = new AbortController().signal;

function known(user: SnmpUser, engineId?: string): string {
  const line =
    engineId === undefined
      ? createUserLine(user, '').replace('-e 0x ', '')
      : createUserLine(user, engineId);
  return line
    .replace('<authPassword>', user.authPassword ?? '')
    .replace('<privPassword>', user.privPassword ?? '');
}

function eventOf(name: string): CanonicalEvent {
  return JSON.parse(
    readFileSync(join(fixtures, `codec/${name}.event.json`), 'utf8'),
  ) as CanonicalEvent;
}

async function sendOne(config: SnmpSinkConfig, event: CanonicalEvent): Promise<Outcome> {
  const sink = new SnmpSink({ coldStart: false, informTimeoutMs: 1_000, ...config }, testContext());
  try {
    await sink.connect(signal);
    const encoded = codec.encode(event, {
      ...FIXTURE_ENCODE_CONTEXT,
      options: encodeOptionsOf(config) satisfies JsonObject,
    });
    if (!encoded.ok) throw new Error(encoded.error.message);
    const [outcome] = await sink.send([{ event, natives: encoded.value.natives }], signal);
    return outcome!;
  } finally {
    await sink.close();
  }
}

describe('snmptrapd of net-snmp with CLOUDIFY-MIB and VIADUCT-MIB', () => {
  let trapd: Snmptrapd;
  beforeAll(async () => {
    trapd = await startSnmptrapd({
      mibFolders: [join(import.meta.dirname, '../mibs'), join(fixtures, 'mibs')],
      mibs: ['CLOUDIFY-MIB', 'VIADUCT-MIB'],
      config: [
        ...[ops, signer, aes256, guest].flatMap((user) => [
          known(user, SENDER_ENGINE),
          known(user),
          `authUser log ${user.name} noauth`,
        ]),
      ],
    });
  });
  afterAll(() => trapd.stop());

  const last = async (before: number): Promise<readonly string[]> =>
    (await trapd.waitForCount(before + 1)).at(-1)!.varbinds;

  it('prints names and values of every varbind of VIADUCT-MIB', async () => {
    const before = trapd.traps().length;
    const config: SnmpSinkConfig = { target: trapd.target, community: 'public' };
    expect(await sendOne(config, eventOf('from-compute-failed'))).toEqual({ kind: 'sent' });
    const varbinds = await last(before);
    expect(varbinds[0]).toMatch(/^SNMPv2-MIB::sysUpTime\.0 = Timeticks: /);
    const printed = join(fixtures, 'snmptrapd/compute-failed.json');
    if (process.env.UPDATE_FIXTURES === '1') {
      writeFileSync(printed, `${JSON.stringify(varbinds.slice(1), null, 2)}\n`);
    }
    expect(varbinds.slice(1)).toEqual(JSON.parse(readFileSync(printed, 'utf8')));
  });

  it.each([
    ['cloudify', '.0'],
    ['cloudify-as-shipped', ''],
  ] as const)('prints names and values of CLOUDIFY-MIB (%s)', async (profile, instance) => {
    const before = trapd.traps().length;
    const event = { ...eventOf('from-execution-failed') };
    const short = {
      ...event,
      data: { ...event.data, attributes: { errorMessage: 'no space left' } },
    };
    const config: SnmpSinkConfig = { target: trapd.target, community: 'public', profile };
    expect(await sendOne(config, short)).toEqual({ kind: 'sent' });
    const varbinds = await last(before);
    expect(varbinds).toEqual(
      expect.arrayContaining([
        'SNMPv2-MIB::snmpTrapOID.0 = OID: CLOUDIFY-MIB::cloudifyWorkflowFailed',
        `CLOUDIFY-MIB::cloudifyTimeStamp${instance} = Counter64: 1683195072`,
        `CLOUDIFY-MIB::cloudifyErrorDetails${instance} = STRING: "no space left"`,
        `CLOUDIFY-MIB::cloudifyDeploymentID${instance} = STRING: nodecellar`,
      ]),
    );
    if (instance === '')
      expect(varbinds[0]).toBe('SNMPv2-MIB::sysUpTime.0 = Timeticks: (0) 0:00:00.00');
  });

  it('prints a v1 trap by its enterprise and number', async () => {
    const before = trapd.traps().length;
    const config: SnmpSinkConfig = { target: trapd.target, version: 1, community: 'public' };
    expect(await sendOne(config, eventOf('from-compute-failed'))).toEqual({ kind: 'sent' });
    const trap = (await trapd.waitForCount(before + 1)).at(-1)!;
    expect(trap.header).toContain('SNMP v1');
    expect(trap.enterprise).toBe('VIADUCT-MIB::viaduct');
    expect(trap.specific).toBe('VIADUCT-MIB::viaductComputeFailed');
    expect(trap.varbinds).toContain('VIADUCT-MIB::viaductResourceId.0 = STRING: 42');
  });

  it.each([
    ['noAuth', guest],
    ['auth with SHA-512', signer],
    ['authPriv with SHA-256 and AES', ops],
    ['authPriv with SHA-384 and AES-256', aes256],
  ])('takes v3 traps and informs, %s', async (_, user) => {
    const before = trapd.traps().length;
    const config: SnmpSinkConfig = {
      target: trapd.target,
      version: 3,
      user,
      engineId: SENDER_ENGINE,
    };
    expect(await sendOne(config, eventOf('from-request'))).toEqual({ kind: 'sent' });
    expect(await last(before)).toContain(
      'SNMPv2-MIB::snmpTrapOID.0 = OID: VIADUCT-MIB::viaductRequestEvent',
    );
    const informing: SnmpSinkConfig = { ...config, inform: true };
    expect(await sendOne(informing, eventOf('from-request'))).toEqual({ kind: 'delivered' });
    const inform = (await trapd.waitForCount(before + 2)).at(-1)!;
    expect(inform.header).toContain('INFORM, SNMP v3');
  });

  it('confirms v2c informs', async () => {
    const before = trapd.traps().length;
    const config: SnmpSinkConfig = { target: trapd.target, community: 'public', inform: true };
    expect(await sendOne(config, eventOf('from-compute-created'))).toEqual({ kind: 'delivered' });
    expect(await last(before)).toContain('VIADUCT-MIB::viaductResourceName.0 = STRING: Büro-1');
  });

  it('refuses a v3 user with a wrong password', async () => {
    const user = { ...ops, authPassword: 'not the password' };
    const config: SnmpSinkConfig = { target: trapd.target, version: 3, user, inform: true };
    expect(await sendOne(config, eventOf('from-request'))).toMatchObject({
      kind: 'unavailable',
      code: 'VIA_SNMP_AUTHENTICATION',
    });
  });

  it('hears coldStart once and the heartbeat again and again', async () => {
    const before = trapd.traps().length;
    const context = testContext();
    const sink = new SnmpSink(
      { target: trapd.target, community: 'public', heartbeatMs: 50 },
      context,
    );
    await sink.connect(signal);
    await trapd.waitForCount(before + 1);
    await sink.connect(signal);
    await trapd.waitForCount(before + 4);
    await sink.close();
    const names = trapd
      .traps()
      .slice(before)
      .map(({ varbinds }) => varbinds[1]);
    expect(names.filter((name) => name?.endsWith('SNMPv2-MIB::coldStart'))).toHaveLength(1);
    expect(names.filter((name) => name?.endsWith('viaductHeartbeat')).length).toBeGreaterThan(1);
  });
});

describe('snmptrapd on IPv6', () => {
  it('takes traps, and informs from the address that was chosen', async () => {
    const trapd = await startSnmptrapd({ transport: 'udp6:[::1]' });
    const config: SnmpSinkConfig = { target: trapd.target, community: 'public' };
    expect(await sendOne(config, eventOf('from-request'))).toEqual({ kind: 'sent' });
    const chosen: SnmpSinkConfig = { ...config, inform: true, sourceAddress: '::1' };
    expect(await sendOne(chosen, eventOf('from-request'))).toEqual({ kind: 'delivered' });
    await trapd.waitForCount(2);
    await trapd.stop();
  });
});

describe('a receiver that does not answer', () => {
  it('is called away, and takes informs again when it is back', async () => {
    const trapd = await startSnmptrapd();
    trapd.pause();
    const config: SnmpSinkConfig = {
      target: trapd.target,
      community: 'public',
      inform: true,
      informTimeoutMs: 150,
      informRetries: 1,
    };
    expect(await sendOne(config, eventOf('from-request'))).toMatchObject({
      kind: 'unavailable',
      code: 'VIA_SNMP_PEER_SILENT',
    });
    trapd.resume();
    await waitFor(
      async () => (await sendOne(config, eventOf('from-request'))).kind === 'delivered',
    );
    await trapd.stop();
  });
});

describe('VIADUCT-MIB', () => {
  it('validates with smilint, warnings included', async () => {
    expect(await lintMib(join(import.meta.dirname, '../mibs/VIADUCT-MIB.mib'))).toBe('');
  });
});
