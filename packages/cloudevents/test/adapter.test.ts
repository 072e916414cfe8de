import { describe, expect, test } from 'vitest';
import { CLOUDEVENTS_ERRORS, cloudeventsAdapter } from '../src/index.ts';
import { parseListenAddress } from '../src/http/listen-address.ts';

describe('the adapter', () => {
  test('offers what its readme lists', () => {
    expect(Object.keys(cloudeventsAdapter.sources)).toEqual(['http', 'amqp']);
    expect(Object.keys(cloudeventsAdapter.sinks)).toEqual(['http', 'amqp', 'stdout', 'file']);
  });

  test('hands the form that a sink asks for to the codec', () => {
    for (const sink of Object.values(cloudeventsAdapter.sinks)) {
      expect(sink.encodeOptions?.({ form: 'canonical' })).toEqual({ form: 'canonical' });
    }
  });

  test('describes every option, and keeps its secrets', () => {
    const kinds = [
      ...Object.values(cloudeventsAdapter.sources),
      ...Object.values(cloudeventsAdapter.sinks),
    ];
    for (const [name, field] of kinds.flatMap(({ config }) => Object.entries(config.properties))) {
      expect(field.description, name).toMatch(/^\S.*[.…]$/s);
      const secret = field.secret === true;
      if (/^(token|headers|url)$/.test(name)) expect(secret, name).toBe(true);
    }
  });

  test('takes addresses to listen on, and nothing else', () => {
    const { listen } = cloudeventsAdapter.sources.http!.config.properties;
    expect(listen).toMatchObject({ type: 'string', format: 'address' });
    const ports = ['127.0.0.1:8081', '[::]:8443', 'localhost:1'].map(parseListenAddress);
    expect(ports.map(({ port }) => port)).toEqual([8081, 8443, 1]);
    for (const text of ['8081', 'http://a:1', 'a b:1', ':1', 'a:65536']) {
      expect(() => parseListenAddress(text)).toThrow(/is not host:port/);
    }
  });

  test('has a sentence for each of its errors', () => {
    for (const text of Object.values(CLOUDEVENTS_ERRORS)) expect(text).toMatch(/^[a-z].*[^.]$/);
  });
});
