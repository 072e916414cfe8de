import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '@viaduct/core';
import { eventProblems } from '@viaduct/testkit';
import {
  cloudeventsCodec,
  parseStructured,
  readBinary,
  readHttp,
  writeBinary,
} from '../src/codec.ts';
import { isSecretName, redactText } from '../src/decode/secrets.ts';
import { cloudEvent, DECODE_CONTEXT, ENCODE_CONTEXT } from './canonical-events.ts';

const SECRET = 'hunter2-Xy';

/** Ways in which a secret comes to lie in an event. */
const HIDING: readonly JsonValue[] = [
  { password: SECRET },
  { a: [{ b: { auth_token: SECRET } }] },
  { list: [{ name: 'admin_pass', value: SECRET }] },
  { text: `{"api_key": "${SECRET}", "x": 1}` },
  { text: JSON.stringify({ inner: JSON.stringify({ secret: SECRET, more: 'x' }) }) },
  { repr: `{u'auth_token': u'x', 'password': '${SECRET}'}` },
  { url: `amqp://user:${SECRET}@host/` },
  { url: `https://host/?access_token=${SECRET}&q=1` },
  { header: `Authorization: Bearer ${SECRET}` },
  `user=ada&password=${SECRET}`,
  `<login><password>${SECRET}</password></login>`,
  `{"password": "${SECRET}`,
];

describe('a secret', () => {
  test.each(HIDING.map((data) => [JSON.stringify(data), data] as const))(
    'in %s is gone from everything after',
    (_name, data) => {
      for (const message of hidden(data)) {
        const { native, redactions } = cloudeventsCodec.redact(message);
        expect(redactions.length).toBeGreaterThan(0);
        const body = new TextDecoder().decode(writeBinary(native).body);
        expect(body).not.toContain(SECRET);
        expect(JSON.stringify(native)).not.toContain(SECRET);
        expect(cloudeventsCodec.redact(native).native).toBe(native);
        const result = cloudeventsCodec.decode(native, DECODE_CONTEXT);
        expect(JSON.stringify(result)).not.toContain(SECRET);
        expect(result.ok).toBe(true);
      }
    },
  );

  test('in an attribute', () => {
    const message = cloudEvent('x', { apikey: SECRET, source: `https://u:${SECRET}@host/` });
    const { native } = cloudeventsCodec.redact(message);
    expect(JSON.stringify(native)).not.toContain(SECRET);
    expect(cloudeventsCodec.parse(native.event).ok).toBe(true);
  });
});

/** The same data as JSON, as text, as bytes and as bytes that are no UTF-8. */
function hidden(data: JsonValue): readonly ReturnType<typeof cloudEvent>[] {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const utf8 = Buffer.from(text);
  return [
    cloudEvent('x', { data }),
    cloudEvent('x', { datacontenttype: 'text/plain', data: text }),
    cloudEvent('x', { datacontenttype: 'a/b', data_base64: base64(utf8) }),
    cloudEvent('x', { data_base64: base64(Buffer.concat([Buffer.from([0xff, 0xfe]), utf8])) }),
  ];
}

test('nothing is found where there is nothing', () => {
  for (const text of ['token', 'the password is wrong', '{"password": ""}', '"token": null']) {
    expect(redactText(text), text).toBeUndefined();
  }
});

test('hostile texts cost no more than their length', () => {
  const long = ['password=', '"token":"\\', 'a://', '<password>', '\\"secret\\":', "{'pwd':["];
  for (const piece of long) {
    const before = performance.now();
    redactText(piece.repeat(20_000));
    expect(performance.now() - before, piece).toBeLessThan(5_000);
  }
});

describe('no input makes the codec throw', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(...HIDING),
  ) as fc.Arbitrary<JsonValue>;
  const attribute = fc.oneof(
    fc.constantFrom(
      'id',
      'source',
      'type',
      'subject',
      'time',
      'data',
      'data_base64',
      'specversion',
    ),
    fc.constantFrom('datacontenttype', 'traceparent', 'viaductid', 'viaducttrail', '__proto__'),
    fc.string({ maxLength: 10 }),
  );

  function exercise(message: ReturnType<typeof cloudEvent>): void {
    const { native, redactions } = cloudeventsCodec.redact(message);
    const result = cloudeventsCodec.decode(native, DECODE_CONTEXT);
    if (!result.ok) {
      expect(result.error.code).toMatch(/^VIA_(CLOUDEVENTS|CORE)_/);
      return;
    }
    for (const { event } of result.value) {
      expect(eventProblems(event)).toEqual([]);
      const sent = cloudeventsCodec.encode(event, { ...ENCODE_CONTEXT, native, redactions });
      if (!sent.ok) throw new Error(sent.error.message);
      for (const one of sent.value.natives) {
        expect(cloudeventsCodec.parse(cloudeventsCodec.format(one)).ok).toBe(true);
        writeBinary(one);
      }
    }
  }

  test('with any value for any attribute', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(attribute, value), { maxLength: 5 }), (members) => {
        exercise(cloudEvent('x', Object.fromEntries(members)));
      }),
      { numRuns: 500 },
    );
  });

  test('with any text for an event', () => {
    const original = JSON.stringify(cloudEvent('x', { data: { password: SECRET } }).event);
    fc.assert(
      fc.property(fc.nat(original.length), fc.nat(9), fc.string(), (at, cut, text) => {
        const read = parseStructured(original.slice(0, at) + text + original.slice(at + cut));
        if (read.ok) exercise(read.value);
      }),
      { numRuns: 500 },
    );
  });

  test('with any JSON for a message', () => {
    fc.assert(
      fc.property(value, (any) => {
        const parsed = cloudeventsCodec.parse(any);
        if (parsed.ok) exercise(parsed.value);
      }),
    );
  });

  test('with any bytes and headers', () => {
    const header = fc.string().map((text) => `ce-${text}`);
    const headers = fc.dictionary(header, fc.string(), { noNullPrototype: true });
    fc.assert(
      fc.property(fc.uint8Array(), fc.option(fc.string()), headers, (body, type, more) => {
        const all = { 'ce-specversion': '1.0', 'content-type': type ?? undefined, ...more };
        const read = readHttp({ headers: all, body }, 5);
        if (read.ok) read.value.forEach(exercise);
        const binary = readBinary(cloudEvent('x').event, type ?? undefined, body);
        if (binary.ok) exercise(binary.value);
      }),
    );
  });
});

test('the names of secrets are known in every spelling', () => {
  const secret = ['password', 'admin_pass', 'AdminPass', 'X-Auth-Token', 'api-key', 'privateKey'];
  const more = ['user_data', 'USERDATA', 'db.passwd', 'psk', 'pwd', 'Authorization', 'accessKeyId'];
  for (const name of [...secret, ...more]) expect(isSecretName(name), name).toBe(true);
  const plain = ['data', 'partitionkey', 'passed', 'tokens', 'compass', 'keyboard', 'metadata'];
  for (const name of plain) expect(isSecretName(name), name).toBe(false);
});
