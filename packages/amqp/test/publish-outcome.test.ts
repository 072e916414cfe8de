import { TransportError } from '@viaduct/core';
import { describe, expect, test } from 'vitest';

import { outcomeOf, worse } from '../src/send/publish-outcome.ts';

const message = { exchange: 'x', routingKey: 't.info', properties: {}, body: new Uint8Array() };

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
