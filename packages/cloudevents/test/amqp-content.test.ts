import { describe, expect, test } from 'vitest';
import { adviseAmqpSink, adviseAmqpSource } from '../src/amqp/amqp-config.ts';
import { readAmqp, writeAmqp, type CloudEventMessage } from '../src/codec.ts';
import { anyEvent, cloudEvent, encoded } from './canonical-events.ts';
import { amqpSinkConfig, amqpSourceConfig } from './configured.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const FORMS = [
  { mode: 'structured', headerNames: 'prefixed' },
  { mode: 'binary', headerNames: 'prefixed' },
  { mode: 'binary', headerNames: 'plain' },
] as const;

function read(content: Parameters<typeof readAmqp>[0]): CloudEventMessage {
  const result = readAmqp(content);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

describe('a message on RabbitMQ', () => {
  test.each(FORMS)('is read as it was written, $mode $headerNames', (form) => {
    const data = { datacontenttype: 'application/json', data: { é: 1 } };
    for (const message of [encoded(anyEvent()), cloudEvent('x é %20', data)]) {
      expect(read(writeAmqp(message, form))).toEqual(message);
    }
  });

  test('has the headers that the binding asks for', () => {
    const message = cloudEvent('x', { datacontenttype: 'text/plain', data: 'é', number: 5 });
    const { contentType, headers, body } = writeAmqp(message, FORMS[1]);
    expect([contentType, new TextDecoder().decode(body)]).toEqual(['text/plain', 'é']);
    expect(headers).toEqual({
      'ce-specversion': '1.0',
      'ce-id': 'id-x',
      'ce-source': '/test',
      'ce-type': 'com.example.vm.created',
      'ce-subject': 'x',
      'ce-number': '5',
      'content-type': 'text/plain',
    });
  });

  test('is read in the form of every binding for AMQP', () => {
    const named = { specversion: '1.0', id: '1', source: '/s', type: 't' };
    for (const prefix of ['ce-', 'CE-', 'cloudEvents:', 'cloudEvents_', '']) {
      const headers = Object.fromEntries(
        Object.entries(named).map(([name, value]) => [prefix + name, value]),
      );
      const more = { ...headers, 'x-death': [{ count: 1 }], 'content-type': 'application/json' };
      const message = read({ contentType: undefined, headers: more, body: bytes('[1]') });
      const expected = { ...named, datacontenttype: 'application/json', data: [1] };
      expect(message.event).toEqual(expected);
    }
  });

  test('has attributes of the types that AMQP has', () => {
    const headers = {
      'ce-specversion': Buffer.from('1.0'),
      'ce-id': '1',
      'ce-source': '/s',
      'ce-type': 't',
      'ce-time': { '!': 'timestamp', value: 1_767_323_045 },
      'ce-flag': true,
      'ce-count': 7,
      'ce-big': 12_345_678_901_234_567_890n,
      'ce-table': { a: 1 },
    };
    const { event } = read({ contentType: 'text/plain', headers, body: bytes('') });
    expect(event).toMatchObject({ time: '2026-01-02T03:04:05.000Z', flag: true, count: 7 });
    expect(event).toMatchObject({ big: '12345678901234567890' });
    expect(event).not.toHaveProperty('table');
  });

  const refused: readonly (readonly [string, string | undefined, object, string, string])[] = [
    ['no CloudEvent', 'application/json', {}, '{}', 'FORMAT'],
    ['some of its headers', undefined, { id: '1', type: 't' }, '', 'FORMAT'],
    ['another format', 'application/cloudevents+avro', {}, '', 'FORMAT'],
    ['no id', undefined, { 'ce-specversion': '1.0', 'ce-type': 't' }, '', 'ATTRIBUTE'],
    ['broken JSON', 'application/cloudevents+json', {}, '{', 'NOT_JSON'],
    ['no UTF-8', 'application/cloudevents+json', {}, '\u00ff', 'NOT_JSON'],
  ];
  test.each(refused)('that is %s is refused', (_name, contentType, headers, text, code) => {
    const body = Buffer.from(text, 'latin1');
    const result = readAmqp({ contentType, headers: headers as Record<string, unknown>, body });
    expect(result.ok ? 'ok' : result.error.code).toBe(`VIA_CLOUDEVENTS_${code}`);
  });
});

test('advice on what will surprise', () => {
  const url = ['amqp://127.0.0.1/'];
  expect(adviseAmqpSource(amqpSourceConfig({ url })).map(({ path }) => path)).toEqual(['queue']);
  const sink = amqpSinkConfig({ url, exchange: '', mandatory: false });
  expect(adviseAmqpSink(sink).map(({ path }) => path)).toEqual(['routingKey', 'mandatory']);
});
