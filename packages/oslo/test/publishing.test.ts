import { TransportError } from '@viaduct/core';
import { describe, expect, test } from 'vitest';

import { outcomeOf, worse } from '../src/outcome.ts';
import { toAmqp } from '../src/publishing.ts';
import { sinkConfig } from './configured.ts';

const config = sinkConfig({ url: [], exchange: 'x', topic: 't' });
const message = toAmqp({ body: 'ä' }, config);

describe('a native message', () => {
  test('goes where it says, else where the sink says', () => {
    expect(message).toMatchObject({ exchange: 'x', routingKey: 't.info' });
    expect(Buffer.from(message.body).toString()).toBe('ä');
    const own = toAmqp({ exchange: 'y', routingKey: 'z.error', body: '' }, config);
    expect(own).toMatchObject({ exchange: 'y', routingKey: 'z.error' });
  });

  test('keeps its properties but for those that would close the channel or route', () => {
    const properties = {
      contentType: 'application/json',
      messageId: 'm',
      timestamp: 1,
      userId: 'u',
      expiration: '60000',
      headers: { CC: ['a'], BCC: ['b'], compression: 'application/x-gzip' },
    };
    expect(toAmqp({ properties, body: '' }, config).properties).toEqual({
      contentType: 'application/json',
      messageId: 'm',
      timestamp: 1,
      expiration: '60000',
      headers: { compression: 'application/x-gzip' },
    });
    const soon = toAmqp({ properties: { expiration: 'soon' }, body: '' }, config);
    expect(soon.properties).toEqual({ headers: {} });
  });
});

describe('an outcome', () => {
  const error = new TransportError('retry', 'VIA_AMQP_TIMEOUT', 'late', { retryAfterMs: 7 });

  test.each([
    [{ kind: 'confirmed' } as const, { kind: 'delivered' }],
    [
      { kind: 'returned', text: 'NO_ROUTE' } as const,
      { kind: 'unavailable', code: 'VIA_AMQP_UNROUTABLE', retryAfterMs: 1_000 },
    ],
    [{ kind: 'nacked' } as const, { kind: 'unavailable', code: 'VIA_AMQP_NACKED' }],
    [
      { kind: 'invalid', text: 'RangeError' } as const,
      { kind: 'refused', code: 'VIA_AMQP_MESSAGE_INVALID', permanent: true },
    ],
    [
      { kind: 'unconfirmed', error } as const,
      { kind: 'unavailable', code: 'VIA_AMQP_TIMEOUT', message: 'late', retryAfterMs: 7 },
    ],
  ])('of %j is %j', (result, outcome) => {
    expect(outcomeOf(result, message)).toMatchObject(outcome);
  });

  test('of several messages is the worst', () => {
    const delivered = { kind: 'delivered' } as const;
    const refused = { kind: 'refused', code: 'VIA_X_Y', message: '' } as const;
    const unavailable = { kind: 'unavailable', code: 'VIA_X_Y', message: '' } as const;
    expect(worse(undefined, delivered)).toBe(delivered);
    expect(worse(delivered, unavailable)).toBe(unavailable);
    expect(worse(refused, unavailable)).toBe(refused);
  });
});
