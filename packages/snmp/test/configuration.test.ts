import { testContext } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/peers/free-port.ts';
import { adviseSink, adviseSource } from '../src/config.ts';
import { parseEndpoint } from '../src/endpoint.ts';
import { createEngine } from '../src/security/engine.ts';
import { dropsIn } from '../src/receive/kernel-drops.ts';
import { SnmpSink } from '../src/sink.ts';
import { SnmpSource } from '../src/source.ts';
import { createUserLine, userProblem } from '../src/security/user.ts';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const signal = new AbortController().signal;

describe('an address', () => {
  it.each([
    ['192.0.2.1', { host: '192.0.2.1', port: 162 }],
    ['192.0.2.1:1162', { host: '192.0.2.1', port: 1162 }],
    ['nms.example.org:10162', { host: 'nms.example.org', port: 10162 }],
    ['2001:db8::1', { host: '2001:db8::1', port: 162 }],
    ['[2001:db8::1]:1162', { host: '2001:db8::1', port: 1162 }],
  ])('%s is read', (text, endpoint) => expect(parseEndpoint(text, 162)).toEqual(endpoint));

  it.each(['', 'a b', 'host:', 'host:0', 'host:65536', '[host]:1', 'udp:host:1'])(
    '%j is none',
    (text) => expect(parseEndpoint(text, 162)).toBeUndefined(),
  );
});

describe('a configuration that cannot work', () => {
  it.each([
    [{ target: 'nms' }, 'version 2 needs a community'],
    [{ target: 'nms', version: 3 as const }, 'version 3 needs a user'],
    [{ target: 'a b', community: 'c' }, 'target "a b" is no host'],
    [
      { target: 'nms', version: 1 as const, community: 'c', inform: true },
      'version 1 has no informs',
    ],
  ])('is refused at connect, and advised against: %j', async (config, message) => {
    await expect(new SnmpSink(config, testContext()).connect(signal)).rejects.toMatchObject({
      code: 'VIA_SNMP_CONFIG_INVALID',
      kind: 'permanent',
      message,
    });
    expect(adviseSink(config)[0]?.message).toContain(message);
  });

  it.each([
    [{ name: '' }, 'a name has 1 to 32 bytes'],
    [{ name: 'u', authProtocol: 'sha256' as const }, 'belong together'],
    [{ name: 'u', authProtocol: 'sha256' as const, authPassword: 'short' }, 'at least 8'],
    [
      { name: 'u', privProtocol: 'aes' as const, privPassword: 'long enough' },
      'needs authentication',
    ],
  ])('is one with the user %j', (user, problem) => {
    expect(userProblem(user)).toContain(problem);
    expect(adviseSource({ users: [user] })[0]?.path).toBe('users[0]');
  });

  it('is one whose port is taken, said with what to do', async () => {
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    await once(other, 'listening');
    const listen = [`127.0.0.1:${other.address().port}`];
    await expect(new SnmpSource({ listen }, testContext()).connect(signal)).rejects.toMatchObject({
      code: 'VIA_SNMP_LISTEN_FAILED',
      message: expect.stringContaining('another program listens there'),
    });
    other.close();
  });

  it('is one with a MIB module that is none', async () => {
    const config = { listen: [`127.0.0.1:${await freePort()}`], mibs: [import.meta.dirname] };
    await expect(new SnmpSource(config, testContext()).connect(signal)).rejects.toMatchObject({
      code: 'VIA_SNMP_MIB_INVALID',
    });
  });
});

describe('a receiver', () => {
  it('is warned of where everybody may send to it', () => {
    expect(adviseSource({ listen: ['0.0.0.0:1162'] })[0]?.path).toBe('communities');
    expect(adviseSource({ listen: ['127.0.0.1:1162'] })).toEqual([]);
  });
});

describe('an engine', () => {
  it('keeps its id over restarts, and starts with more boots each time', () => {
    const clock = { now: () => Date.UTC(2026, 0, 1), after: () => () => undefined };
    const first = createEngine({ brokerId: 'b', name: 'nms', clock });
    const later = { ...clock, now: () => Date.UTC(2026, 0, 1, 0, 0, 1) };
    const second = createEngine({ brokerId: 'b', name: 'nms', clock: later });
    const other = createEngine({ brokerId: 'b', name: 'noc', clock });
    expect(second.id).toEqual(first.id);
    expect(second.boots).toBe(first.boots + 1);
    expect(other.id).not.toEqual(first.id);
    expect(first.id).toHaveLength(21);
    expect(first.time(Date.UTC(2026, 0, 1, 0, 1))).toBe(60);
  });

  it('is made known to snmptrapd with a line that holds no password', () => {
    const user = {
      name: 'ops',
      authProtocol: 'sha256',
      authPassword: 'secret-one',
      privProtocol: 'aes',
      privPassword: 'secret-two',
    } as const;
    expect(createUserLine(user, '80001f88')).toBe(
      'createUser -e 0x80001f88 ops SHA-256 "<authPassword>" AES "<privPassword>"',
    );
  });
});

describe('the table of UDP sockets', () => {
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n';
  it('tells the drops of one address and port', () => {
    const table = `${head}  12: 0100007F:048A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12345 2 0000000000000000 17\n  13: 00000000:048A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12346 2 0000000000000000 5\n`;
    expect(dropsIn(table, '127.0.0.1', 1162)).toBe(17);
    expect(dropsIn(table, '0.0.0.0', 1162)).toBe(5);
    expect(dropsIn(table, '127.0.0.1', 1163)).toBe(0);
  });

  it('is read for IPv6 too', () => {
    const table = `${head}   1: 00000000000000000000000001000000:048A 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 3\n`;
    expect(dropsIn(table, '::1', 1162)).toBe(3);
  });
});
