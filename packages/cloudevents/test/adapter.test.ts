import { describe, expect, test } from 'vitest';
import { CLOUDEVENTS_ERRORS, cloudeventsAdapter } from '../src/index.ts';

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
    const pattern = new RegExp((listen as { readonly pattern: string }).pattern);
    for (const text of ['127.0.0.1:8081', '[::]:8443', 'localhost:1']) {
      expect(text).toMatch(pattern);
    }
    for (const text of ['8081', 'http://a:1', 'a b:1', ':1']) expect(text).not.toMatch(pattern);
  });

  test('has a sentence for each of its errors', () => {
    for (const text of Object.values(CLOUDEVENTS_ERRORS)) expect(text).toMatch(/^[a-z].*[^.]$/);
  });
});
