import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import type { Delivery } from '@viaduct/core';
import { testContext, waitFor, type TestContext } from '@viaduct/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/peers/free-port.ts';
import { recordSender, runSender } from '../../../tools/peers/snmptrapd.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { SnmpMessage, SnmpNotification } from '../src/message.ts';
import { SnmpSource } from '../src/source.ts';

requirePeer('snmp');

const ENGINE = '0x80001f8805aabbccdd';
const COLD_START = '1.3.6.1.6.3.1.1.5.1';
const authPriv = (password = 'authpassword'): readonly string[] => [
  ...['-v', '3', '-u', 'ops', '-l', 'authPriv'],
  ...['-a', 'SHA-256', '-A', password, '-x', 'AES', '-X', 'privpassword'],
];

describe('the programs of net-snmp', () => {
  let source: SnmpSource;
  let context: TestContext;
  let target: string;
  let got: Delivery<SnmpMessage>[] = [];
  let isAcking = true;
  let countedBefore = new Map<string, number>();
  const abort = new AbortController();

  beforeAll(async () => {
    recordSender();
    const port = await freePort();
    target = `127.0.0.1:${port}`;
    context = testContext();
    source = new SnmpSource(
      {
        listen: [target, `[::1]:${port}`],
        communities: ['public'],
        users: [
          {
            name: 'ops',
            authProtocol: 'sha256',
            authPassword: 'authpassword',
            privProtocol: 'aes',
            privPassword: 'privpassword',
          },
          { name: 'signer', authProtocol: 'sha512', authPassword: 'authpassword' },
          {
            name: 'strong',
            authProtocol: 'sha',
            authPassword: 'authpassword',
            privProtocol: 'aes256b',
            privPassword: 'privpassword',
          },
          {
            name: 'cisco',
            authProtocol: 'sha',
            authPassword: 'authpassword',
            privProtocol: 'aes256r',
            privPassword: 'privpassword',
          },
          { name: 'guest' },
        ],
        mibs: [join(import.meta.dirname, '../fixtures/mibs/CLOUDIFY-MIB.mib')],
      },
      context,
    );
    await source.connect(abort.signal);
    void (async () => {
      for await (const batch of source.deliveries(abort.signal)) {
        got.push(...batch);
        if (isAcking) for (const delivery of batch) delivery.ack();
      }
    })();
  });
  afterAll(async () => {
    abort.abort();
    await source.close();
  });
  beforeEach(() => {
    got = [];
    isAcking = true;
    countedBefore = new Map(context.counts);
  });

  const counted = (name: string): number =>
    (context.counts.get(name) ?? 0) - (countedBefore.get(name) ?? 0);

  const first = async (): Promise<SnmpNotification> => {
    await waitFor(() => got.length > 0, { what: 'a delivery' });
    const [delivery] = got;
    if (delivery === undefined || !('native' in delivery)) throw new Error('malformed');
    return delivery.native as SnmpNotification;
  };

  it('send a v1 trap', async () => {
    const name = '1.3.6.1.4.1.4711.1.1';
    const v1 = ['1.3.6.1.4.1.4711', '192.0.2.9', '6', '17', '', name, 's', 'disk full'];
    await runSender('snmptrap', ['-v', '1', '-c', 'public', target, ...v1]);
    expect(await first()).toMatchObject({
      version: 'v1',
      trapOid: '1.3.6.1.4.1.4711.0.17',
      agent: '192.0.2.9',
      varbinds: [{ oid: name, type: 'OctetString', value: 'disk full' }],
    });
  });

  it('send a v2c trap, and its names come from the MIB module', async () => {
    const cloudify = '1.3.6.1.4.1.52312.1';
    const args = [`${cloudify}.0.2`, `${cloudify}.1.5.0`, 's', 'e-1', `${cloudify}.1.1`, 'C', '7'];
    await runSender('snmptrap', ['-v', '2c', '-c', 'public', target, '5', ...args]);
    expect(await first()).toMatchObject({
      version: 'v2c',
      upTime: 5,
      agent: '127.0.0.1',
      trapName: 'CLOUDIFY-MIB::cloudifyWorkflowStarted',
      varbinds: [
        { name: 'CLOUDIFY-MIB::cloudifyExecutionID', value: 'e-1' },
        { name: 'CLOUDIFY-MIB::cloudifyTimeStamp', type: 'Counter64', value: 7 },
      ],
    });
  });

  it('send over IPv6', async () => {
    const over6 = `udp6:[::1]:${target.split(':')[1] ?? ''}`;
    const inform = await runSender('snmpinform', [...authPriv(), over6, '', COLD_START]);
    expect(inform).toEqual({ isOk: true, text: '' });
    expect(await first()).toMatchObject({ agent: '::1', pdu: 'inform' });
  });

  it('are not let in with another community', async () => {
    await runSender('snmptrap', ['-v', '2c', '-c', 'wrong', target, '', COLD_START]);
    await waitFor(() => counted('unknown-community') === 1);
    expect(got).toEqual([]);
  });

  it.each([
    ['noAuth', ['-v', '3', '-u', 'guest', '-l', 'noAuthNoPriv']],
    [
      'SHA-512',
      ['-v', '3', '-u', 'signer', '-l', 'authNoPriv', '-a', 'SHA-512', '-A', 'authpassword'],
    ],
    ['SHA-256 and AES', authPriv()],
    [
      'SHA and AES-256',
      [
        '-v',
        '3',
        '-u',
        'strong',
        '-l',
        'authPriv',
        '-a',
        'SHA',
        '-A',
        'authpassword',
        '-x',
        'AES-256',
        '-X',
        'privpassword',
      ],
    ],
    [
      "SHA and Cisco's AES-256",
      [
        '-v',
        '3',
        '-u',
        'cisco',
        '-l',
        'authPriv',
        '-a',
        'SHA',
        '-A',
        'authpassword',
        '-x',
        'AES-256-C',
        '-X',
        'privpassword',
      ],
    ],
  ])('send v3 traps and get v3 informs answered, %s', async (_, user) => {
    const trap = await runSender('snmptrap', [...user, '-e', ENGINE, target, '', COLD_START]);
    expect(trap).toEqual({ isOk: true, text: '' });
    expect(await first()).toMatchObject({
      version: 'v3',
      trapOid: COLD_START,
      engineId: ENGINE.slice(2),
    });
    got = [];
    const inform = await runSender('snmpinform', [...user, target, '', COLD_START]);
    expect(inform).toEqual({ isOk: true, text: '' });
    expect(await first()).toMatchObject({
      version: 'v3',
      pdu: 'inform',
      engineId: source.engineId,
    });
  });

  it('are refused with a wrong password, and counted', async () => {
    const wrong = authPriv('wrong password');
    const inform = await runSender('snmpinform', [
      ...wrong,
      '-r',
      '1',
      '-t',
      '1',
      target,
      '',
      COLD_START,
    ]);
    expect(inform.isOk).toBe(false);
    expect(counted('wrong-digest')).toBeGreaterThan(0);
    const before = counted('wrong-digest');
    await runSender('snmptrap', [...wrong, '-e', ENGINE, target, '', COLD_START]);
    await waitFor(() => counted('wrong-digest') > before);
    expect(got).toEqual([]);
  });

  it('are refused as an unknown user, and counted', async () => {
    const stranger = ['-v', '3', '-u', 'nobody', '-l', 'noAuthNoPriv'];
    const inform = await runSender('snmpinform', [
      ...stranger,
      '-r',
      '0',
      '-t',
      '20',
      target,
      '',
      COLD_START,
    ]);
    expect(inform.text).toContain('Unknown user name');
    expect(counted('unknown-user')).toBeGreaterThan(0);
  });

  it('are refused with less security than the user has', async () => {
    const weak = ['-v', '3', '-u', 'ops', '-l', 'noAuthNoPriv', '-e', ENGINE];
    await runSender('snmptrap', [...weak, target, '', COLD_START]);
    await waitFor(() => counted('unsupported-level') === 1);
    expect(got).toEqual([]);
  });

  it.each([
    ['v2c', ['-v', '2c', '-c', 'public']],
    ['v3', authPriv()],
  ])(
    'get a %s inform answered only after it was acknowledged, however often it came',
    async (_, user) => {
      isAcking = false;
      let isAnswered = false;
      const informing = runSender('snmpinform', [
        ...user,
        '-r',
        '60',
        '-t',
        '1',
        target,
        '',
        COLD_START,
      ]);
      void informing.then(() => (isAnswered = true));
      await waitFor(() => counted('inform-again') >= 2, {
        what: 'it came again',
      });
      expect(isAnswered).toBe(false);
      expect(got).toHaveLength(1);
      got[0]!.ack();
      expect(await informing).toEqual({ isOk: true, text: '' });
      expect(got).toHaveLength(1);
    },
  );

  it('are disturbed by no garbage', async () => {
    const socket = createSocket('udp4');
    const port = Number(target.split(':')[1]);
    for (const hex of ['', '30', '3082ffff', '3003020101', 'ff'.repeat(2000)]) {
      await new Promise((resolve) =>
        socket.send(Buffer.from(hex, 'hex'), port, '127.0.0.1', resolve),
      );
    }
    socket.close();
    await waitFor(() => counted('malformed') === 5);
    await runSender('snmptrap', ['-v', '2c', '-c', 'public', target, '', COLD_START]);
    await waitFor(() => got.some((delivery) => 'native' in delivery));
  });
});
