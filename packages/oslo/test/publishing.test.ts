import { describe, expect, test } from 'vitest';

import { toAmqp } from '../src/send/publishing.ts';
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
