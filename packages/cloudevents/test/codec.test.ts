import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '@viaduct/core';
import {
  cloudeventsCodec,
  decodeHeaderValue,
  encodeHeaderValue,
  formatStructured,
  parseBatch,
  parseStructured,
  readHttp,
  writeBinary,
} from '../src/codec.ts';
import { readType } from '../src/decode/read-type.ts';
import { isUri, isUriReference } from '../src/format/uri.ts';
import { parseTimestamp } from '../src/format/timestamp.ts';
import {
  anyEvent,
  cloudEvent,
  DECODE_CONTEXT,
  decoded,
  ENCODE_CONTEXT,
  encoded,
} from './canonical-events.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function structured(more: JsonObject): ReturnType<typeof parseStructured> {
  return parseStructured(formatStructured(cloudEvent('x', more)));
}

function codeOf(result: {
  readonly ok: boolean;
  readonly error?: { readonly code: string };
}): string {
  return result.ok ? 'ok' : (result.error?.code ?? '').replace('VIA_CLOUDEVENTS_', '');
}

describe('an event of another Viaduct', () => {
  test('is adopted whole, unknown extensions included', () => {
    const sent = encoded(anyEvent());
    expect(decoded(sent)).toEqual({ ...anyEvent(), trail: ENCODE_CONTEXT.brokerId });
    const ingress = { event: { ...sent.event, knativearrivaltime: 'now' } };
    expect(decoded(ingress)).toHaveProperty('knativearrivaltime', 'now');
  });

  test('has the dedupe key of its source and id', () => {
    const result = cloudeventsCodec.decode(encoded(anyEvent()), DECODE_CONTEXT);
    const key = `cloudevents:${anyEvent().source}\n${anyEvent().id}`;
    expect(result.ok && result.value[0]?.dedupe).toBe(key);
  });

  test('is refused, not wrapped, where it is none', () => {
    const { data } = anyEvent();
    const misshapen = { data: { ...data, actor: 'ada' } } as unknown as JsonObject;
    const newer = { dataschema: 'urn:viaduct:event-data:9' };
    for (const more of [{ id: '42' }, newer, { data: {} }, misshapen, { trail: 5 }]) {
      const { event } = encoded(anyEvent());
      const result = cloudeventsCodec.decode({ event: { ...event, ...more } }, DECODE_CONTEXT);
      expect(result.ok).toBe(false);
    }
  });
});

describe('an event of somebody else', () => {
  test('comes back under its own id after a way over another Viaduct', () => {
    const native = cloudEvent('vm-1', { unknown1: 'kept', data: { a: [1, { b: null }] } });
    const event = decoded(native);
    const sent = encoded(event, native);
    expect(sent.event).toEqual({
      ...native.event,
      viaductid: event.id,
      viaducttrail: ENCODE_CONTEXT.brokerId,
    });
    const back = decoded(sent);
    expect([back.id, back.trail]).toEqual([event.id, ENCODE_CONTEXT.brokerId]);
  });

  test('has the same id whenever it comes, and another one for another source', () => {
    const [one, again] = [decoded(cloudEvent('a')), decoded(cloudEvent('a'))];
    const other = decoded(cloudEvent('a', { source: '/other' }));
    expect(again.id).toBe(one.id);
    expect(other.id).not.toBe(one.id);
  });

  test('goes out in canonical form where the sink asks for it', () => {
    const native = cloudEvent('vm-1');
    const context = { ...ENCODE_CONTEXT, native, options: { form: 'canonical' } };
    const result = cloudeventsCodec.encode(decoded(native), context);
    const type = result.ok ? result.value.natives[0]?.event.type : undefined;
    expect(type).toBe('io.viaduct.compute.create.end');
  });
});

describe('an envelope', () => {
  const refused: readonly (readonly [string, JsonValue, string])[] = [
    ['no object', [], 'NOT_AN_EVENT'],
    ['no specversion', { id: '1', source: 's', type: 't' }, 'NOT_AN_EVENT'],
    ['an old specversion', { specversion: '0.3', id: '1', source: 's', type: 't' }, 'SPECVERSION'],
    ['no id', { specversion: '1.0', source: 's', type: 't' }, 'ATTRIBUTE'],
  ];
  test.each(refused)('with %s is refused', (_name, value, code) => {
    expect(codeOf(cloudeventsCodec.parse(value))).toBe(code);
  });

  const wrong: readonly JsonObject[] = [
    { id: '' },
    { id: 5 },
    { type: '' },
    { source: 'a b' },
    { source: 'x:y:%zz' },
    { subject: '' },
    { time: 'yesterday' },
    { time: '2026-02-30T00:00:00Z' },
    { dataschema: 'relative' },
    { datacontenttype: 'json' },
    { Upper: 'x' },
    { 'with-dash': 'x' },
    { object: {} },
    { list: [] },
    { data: 1, data_base64: 'AA==' },
    { data_base64: '***' },
  ];
  test.each(wrong.map((more) => [JSON.stringify(more), more] as const))(
    'with %s is refused, naming the attribute',
    (_name, more) => {
      const result = structured(more);
      expect(codeOf(result)).toBe('ATTRIBUTE');
      expect(result.ok ? '' : result.error.path).toBe(Object.keys(more).at(-1));
    },
  );

  test('with unset attributes is read without them, and null is data', () => {
    const result = structured({ subject: null, extra: null, data: null });
    expect(result.ok && result.value.event).toEqual({
      specversion: '1.0',
      id: 'id-x',
      source: '/test',
      type: 'com.example.vm.created',
      data: null,
    });
  });

  test('cannot pollute a prototype', () => {
    const text = formatStructured(cloudEvent('x')).replace(/}$/, ',"__proto__":{"polluted":1}}');
    expect(codeOf(parseStructured(text))).toBe('ATTRIBUTE');
    const inData = parseStructured(text.replace('"__proto__":', '"data":{"__proto__":') + '}');
    if (!inData.ok) throw new Error(inData.error.message);
    decoded(inData.value);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(formatStructured(inData.value)).toContain('{"__proto__":{"polluted":1}}');
  });
});

describe('data', () => {
  test('keeps numbers that JavaScript would round, as bytes of their text', () => {
    const text = formatStructured(cloudEvent('x')).replace(
      /}$/,
      ', "data" : {"id": 12345678901234567890, "tiny": 1e-400} }',
    );
    const read = parseStructured(text);
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.event.datacontenttype).toBe('application/json');
    const { body } = writeBinary(read.value);
    expect(new TextDecoder().decode(body)).toBe('{"id": 12345678901234567890, "tiny": 1e-400}');
    const batch = parseBatch(`[ ${formatStructured(cloudEvent('y'))} , ${text}]`, 2);
    expect(batch.ok && batch.value[1]).toEqual(read.value);
  });

  test('with numbers that survive stays as it is', () => {
    const data = [0.1, 1.5e3, -9007199254740991, 1e21, 'id 12345678901234567890'];
    const read = structured({ data });
    expect(read.ok && read.value.event.data).toEqual(data);
  });

  const bodies: readonly (readonly [string | undefined, string, JsonObject])[] = [
    ['application/json', '{"a":1}', { data: { a: 1 } }],
    ['application/ld+json; charset=utf-8', 'null', { data: null }],
    ['application/json', 'no json', { data_base64: 'bm8ganNvbg==' }],
    ['text/plain; charset=latin1', 'x', { data_base64: 'eA==' }],
    ['text/plain', 'x', { data: 'x' }],
    ['image/png', 'x', { data_base64: 'eA==' }],
    ['application/json', '', {}],
    [undefined, '[1]', { data: [1] }],
  ];
  test.each(bodies)('of type %s in binary mode, %s', (type, body, expected) => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/s',
      'ce-type': 't',
      ...(type === undefined ? {} : { 'content-type': type }),
    };
    const read = readHttp({ headers, body: bytes(body) }, 1);
    if (!read.ok) throw new Error(read.error.message);
    const [message] = read.value;
    expect(message?.event).toMatchObject(expected);
    expect(Object.keys(message?.event ?? {}).filter((name) => name.startsWith('data'))).toEqual([
      ...(type === undefined ? [] : ['datacontenttype']),
      ...Object.keys(expected),
    ]);
    expect(new TextDecoder().decode(writeBinary(message!).body)).toBe(body);
  });

  test('nested deeper than a reader stands is refused before it is parsed', () => {
    const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    const event = formatStructured(cloudEvent('x')).replace(/}$/, ',"data":');
    expect(codeOf(parseStructured(`${event}${deep(100_000)}}`))).toBe('TOO_DEEP');
    expect(codeOf(parseStructured(`${event}${deep(50)}}`))).toBe('ok');
    const value = JSON.parse(deep(5_000)) as JsonValue;
    expect(codeOf(cloudeventsCodec.parse({ ...cloudEvent('x').event, data: value }))).toBe(
      'TOO_DEEP',
    );
  });
});

describe('a batch', () => {
  test('says which of its events is wrong', () => {
    const good = formatStructured(cloudEvent('x'));
    const result = parseBatch(`[${good},{"specversion":"1.0","id":"1","source":"s"}]`, 10);
    expect(result.ok ? '' : result.error.path).toBe('[1].type');
  });

  test('is refused where it has too many', () => {
    expect(codeOf(parseBatch(`[${'0,'.repeat(10)}0]`, 10))).toBe('TOO_LARGE');
  });
});

describe('an HTTP message', () => {
  test('of no CloudEvent, or an unknown format, is unreadable', () => {
    for (const type of ['application/json', 'application/cloudevents+avro', undefined]) {
      const headers = type === undefined ? {} : { 'content-type': type };
      expect(codeOf(readHttp({ headers, body: bytes('{}') }, 1))).toBe('FORMAT');
    }
  });

  test('has its values percent-encoded both ways', () => {
    const text = 'Euro € 😀 "q" 100%';
    expect(encodeHeaderValue('Euro € 😀')).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80');
    expect(decodeHeaderValue(encodeHeaderValue(text))).toBe(text);
    expect(decodeHeaderValue('"a \\"b\\" c"')).toBe('a "b" c');
    expect(decodeHeaderValue('%C0%A0')).toBeUndefined();
    expect(decodeHeaderValue('Gr\u00c3\u00bc\u00c3\u009fe')).toBe('Grüße');
  });
});

describe('reading a type', () => {
  const types: readonly (readonly [string, string])[] = [
    ['com.example.vm.created', 'compute vm create end'],
    ['com.example.network.port.deleted', 'network port delete end'],
    ['Microsoft.Storage.BlobCreated', 'storage blob create end'],
    ['dev.cdevents.service.deployed.0.1', 'service service deploy end'],
    ['org.example.volume.attach.start', 'storage volume attach start'],
    ['org.example.volume.attach.error', 'storage volume attach error'],
    ['io.argoproj.workflow.started', 'execution workflow start undefined'],
    ['io.argoproj.workflow.succeeded', 'execution workflow state undefined'],
    ['com.github.pull_request.opened', 'service request other opened'],
    ['x', 'service undefined other x'],
    ['...', 'service undefined other undefined'],
  ];
  test.each(types)('%s', (type, expected) => {
    const { kind, noun, action, phase, nativeAction } = readType(type);
    expect(`${kind} ${String(noun)} ${action} ${String(phase ?? nativeAction)}`).toBe(expected);
  });
});

test('URIs and references', () => {
  for (const uri of ['urn:x:1', 'https://a.example/b?c=d#e', 'mailto:a@b', 'http://[::1]:80/']) {
    expect(isUri(uri), uri).toBe(true);
  }
  for (const uri of ['/a/b', 'a/b', '#', '?q', '//host/p', '1-555-123-4567', './a:b']) {
    expect(isUriReference(uri), uri).toBe(true);
    expect(isUri(uri), uri).toBe(false);
  }
  for (const uri of ['', 'a b', 'a\\b', '%', '<x>', '1:2', 'http://[x]/', '##']) {
    expect(isUriReference(uri), uri).toBe(false);
  }
});

test('times in UTC, with all their digits', () => {
  expect(parseTimestamp('2026-11-21T20:05:57.940312789+01:00')).toBe(
    '2026-11-21T19:05:57.940312789Z',
  );
  expect(parseTimestamp('2016-12-31T23:59:60Z')).toBe('2016-12-31T23:59:59Z');
  expect(parseTimestamp('2026-02-29T00:00:00Z')).toBeUndefined();
});
