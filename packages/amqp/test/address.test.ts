import { TransportError } from '@viaduct/core';
import { describe, expect, test } from 'vitest';

import { ADDRESSES_MAX, parseAddresses, withoutPassword } from '../src/address.ts';

const one = (url: string): ReturnType<typeof parseAddresses>[number] => parseAddresses([url])[0]!;

describe('a RabbitMQ URL', () => {
  test('gives host, port, virtual host and login, percent-decoded', () => {
    expect(one('amqp://us%40er:p%C3%BC%2F@rabbit.example.org:5673/a%2Fb')).toEqual({
      secure: false,
      host: 'rabbit.example.org',
      port: 5673,
      vhost: 'a/b',
      username: 'us@er',
      password: 'pü/',
      label: 'amqp://us@er@rabbit.example.org:5673/a/b',
    });
  });

  test.each([
    ['amqp://h', 5672, '/'],
    ['amqps://h', 5671, '/'],
    ['rabbit://h/', 5672, '/'],
    ['amqp://h//', 5672, '/'],
    ['amqp://h/%2F', 5672, '/'],
    ['amqp://h/v?heartbeat=3', 5672, 'v'],
    ['amqp://[::1]:1234/v', 1234, 'v'],
  ])('%s has port %i and virtual host %s', (url, port, vhost) => {
    expect(one(url)).toMatchObject({ port, vhost });
  });

  test('logs in as guest where it names nobody', () => {
    expect(one('amqp://h')).toMatchObject({ username: 'guest', password: 'guest' });
    expect(one('amqp://u@h')).toMatchObject({ username: 'u', password: '' });
  });

  test("may be OpenStack's transport_url with several hosts", () => {
    const url = 'rabbit://o:s@10.0.0.1:5672,o:s@10.0.0.2:5672,o:s@[fd00::3]/nova';
    expect(parseAddresses([url]).map(({ label }) => label)).toEqual([
      'amqp://o@10.0.0.1:5672/nova',
      'amqp://o@10.0.0.2:5672/nova',
      'amqp://o@[fd00::3]:5672/nova',
    ]);
  });

  test.each([
    'http://u:secret@h/',
    'amqp:/h',
    'amqp://u:secret@/v',
    'amqp://u:secret@h:99999/v',
    'amqp://u:secret@h:port/v',
    'amqp://u:sec%ret@h/v',
    'u:secret@h',
    '',
  ])('that is wrong, %j, is refused for good without its password', (url) => {
    const error = failure(() => parseAddresses([url]));
    expect(error).toMatchObject({ code: 'VIA_AMQP_URL_INVALID', kind: 'permanent' });
    expect(error.message).not.toContain('sec');
  });

  test('comes in lists with a limit', () => {
    expect(failure(() => parseAddresses([])).message).toContain('empty');
    const many = Array.from({ length: ADDRESSES_MAX + 1 }, () => 'amqp://h');
    expect(failure(() => parseAddresses(many)).message).toContain(`at most ${ADDRESSES_MAX}`);
  });

  test.each([
    ['amqp://u:p@h/v', 'amqp://u:***@h/v'],
    ['rabbit://u:p@h,v:q@i/', 'rabbit://u:***@h,v:***@i/'],
    ['amqp://u:p@ss@h', 'amqp://u:***@h'],
    ['u:p@h', 'u:***@h'],
    ['amqp://h/v', 'amqp://h/v'],
  ])('%s is shown as %s', (url, shown) => {
    expect(withoutPassword(url)).toBe(shown);
  });
});

function failure(run: () => unknown): TransportError {
  try {
    run();
  } catch (error) {
    if (error instanceof TransportError) return error;
  }
  throw new Error('nothing was thrown');
}
