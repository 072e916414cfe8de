import { describe, expect, test } from 'vitest';

import { parseAddresses } from '../src/address.ts';
import { parseClash } from '../src/clash.ts';
import { channelError, connectError, lostError } from '../src/classify.ts';

const address = parseAddresses(['amqp://nova:geheim@rabbit.example.org:5672/v'])[0]!;

const system = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });
const reply = (code: number, message: string): Error =>
  Object.assign(new Error(`Channel closed by server: ${code} (X) with message "${message}"`), {
    code,
  });

describe('an error while connecting', () => {
  test.each([
    [system('ECONNREFUSED'), 'reconnect', 'VIA_AMQP_UNREACHABLE', 'nothing listens'],
    [system('ENOTFOUND'), 'reconnect', 'VIA_AMQP_UNREACHABLE', 'host name is unknown'],
    [system('EHOSTUNREACH'), 'reconnect', 'VIA_AMQP_UNREACHABLE', 'no route'],
    [new AggregateError([system('ECONNREFUSED')]), 'reconnect', 'VIA_AMQP_UNREACHABLE', 'nothing'],
    [system('SELF_SIGNED_CERT_IN_CHAIN'), 'permanent', 'VIA_AMQP_TLS', 'tls.caFile'],
    [system('ERR_SSL_WRONG_VERSION_NUMBER'), 'permanent', 'VIA_AMQP_TLS', 'does not speak TLS'],
    [system('ERR_TLS_CERT_ALTNAME_INVALID'), 'permanent', 'VIA_AMQP_TLS', 'tls.serverName'],
    [system('CERT_HAS_EXPIRED'), 'permanent', 'VIA_AMQP_TLS', 'CERT_HAS_EXPIRED'],
    [
      new Error(
        'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED',
      ),
      'permanent',
      'VIA_AMQP_LOGIN_REFUSED',
      'user "nova"',
    ],
    [
      new Error('SASL mechanism EXTERNAL is not provided by the server'),
      'permanent',
      'VIA_AMQP_LOGIN_REFUSED',
      'rabbitmq_auth_mechanism_ssl',
    ],
    [
      new Error('Expected ConnectionOpenOk; got <ConnectionClose channel:0>'),
      'permanent',
      'VIA_AMQP_VHOST_REFUSED',
      'virtual host "v"',
    ],
    [
      new Error('Socket closed abruptly during opening handshake'),
      'reconnect',
      'VIA_AMQP_HANDSHAKE',
      'amqps://',
    ],
  ])('%s is %s, %s', (error, kind, code, text) => {
    const classified = connectError(error, address);
    expect(classified).toMatchObject({ kind, code, cause: error });
    expect(classified.message).toContain(text);
    expect(classified.message).toContain('rabbit.example.org');
    expect(classified.message).not.toContain('geheim');
  });
});

describe('the end of a connection', () => {
  test('is a reason to reconnect when the socket died or the server was stopped', () => {
    const died = lostError(system('ECONNRESET'), address);
    expect(died).toMatchObject({ kind: 'reconnect', code: 'VIA_AMQP_CONNECTION_LOST' });
    const stopped = lostError(reply(320, 'CONNECTION_FORCED - broker forced'), address);
    expect(stopped).toMatchObject({ kind: 'reconnect', code: 'VIA_AMQP_CONNECTION_CLOSED' });
    expect(lostError(undefined, address).message).toContain('lost');
  });

  test('is permanent when the server refuses what we do', () => {
    const refused = lostError(reply(530, 'NOT_ALLOWED'), address);
    expect(refused).toMatchObject({ kind: 'permanent', code: 'VIA_AMQP_CONNECTION_CLOSED' });
  });
});

describe('the end of a channel', () => {
  test.each([
    [403, 'permanent', 'VIA_AMQP_ACCESS_REFUSED'],
    [404, 'permanent', 'VIA_AMQP_NOT_FOUND'],
    [406, 'permanent', 'VIA_AMQP_CHANNEL_CLOSED'],
    [541, 'reconnect', 'VIA_AMQP_CHANNEL_CLOSED'],
  ])('with reply %i is %s, %s', (code, kind, via) => {
    const error = channelError(reply(code, 'why it was closed'), 'binding queue "q"');
    expect(error).toMatchObject({ kind, code: via });
    expect(error.message).toBe('binding queue "q": why it was closed');
  });
});

describe('a clash, in the words of RabbitMQ', () => {
  test.each([
    [
      "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'nova' in vhost '/': received 'true' but current is 'false'",
      {
        argument: 'durable',
        object: 'exchange',
        name: 'nova',
        declared: 'true',
        existing: 'false',
      },
    ],
    [
      "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'n.info' in vhost 'v': received none but current is the value 'quorum' of type 'longstr'",
      {
        argument: 'x-queue-type',
        object: 'queue',
        name: 'n.info',
        declared: undefined,
        existing: 'quorum',
      },
    ],
    [
      "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received the value '5' of type 'signedint' but current is none",
      {
        argument: 'x-max-length',
        object: 'queue',
        name: 'q',
        declared: '5',
        existing: undefined,
      },
    ],
  ])('%s', (text, clash) => {
    expect(parseClash(text)).toEqual(clash);
  });

  test('is nothing else', () => {
    expect(parseClash('PRECONDITION_FAILED - unknown delivery tag 7')).toBeUndefined();
  });
});
