import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { osloCodec, type OsloMessage } from '../src/codec.ts';
import { goldenMessages, parsed, samples } from './canonical-events.ts';

function redactedBody(body: string): string {
  return osloCodec.redact({ body }).native.body as string;
}

function paths(body: string): readonly string[] {
  return osloCodec.redact({ body }).redactions.map(({ path }) => path);
}

describe('a secret becomes *** of its own type', () => {
  test.each([
    ['{"password": "hunter2"}', '{"password": "***"}'],
    ['{"password" : 12345, "a": 1}', '{"password" : 0, "a": 1}'],
    [
      '{"_context_service_catalog": [{"a": [1]}], "a": 1}',
      '{"_context_service_catalog": [], "a": 1}',
    ],
    ['{"credential": {"token": "t"}, "a": "}"}', '{"credential": {}, "a": "}"}'],
    ['{"auth_token": "a\\"b\\\\", "c": "d"}', '{"auth_token": "***", "c": "d"}'],
    ['{"adminPass":"x","admin_pass":"y"}', '{"adminPass":"***","admin_pass":"***"}'],
    ['{"HTTP_X_AUTH_TOKEN": "t"}', '{"HTTP_X_AUTH_TOKEN": "***"}'],
    [
      `{"args": "{u'auth_token': u'g', 'id': 'i'}"}`,
      `{"args": "{u'auth_token': u'***', 'id': 'i'}"}`,
    ],
    [`{"args": "{'password': 'cut", "a": 1}`, `{"args": "{'password': '***", "a": 1}`],
    [`{"args": "{'password': 'p\\\\'q'}"}`, `{"args": "{'password': '***'}"}`],
    [
      '{"a": [{"psk": "p"}, {"user_data": "IyEv"}]}',
      '{"a": [{"psk": "***"}, {"user_data": "***"}]}',
    ],
  ])('%s', (body, expected) => {
    expect(redactedBody(body)).toBe(expected);
  });
});

describe('a secret is found in JSON inside JSON', () => {
  const inner = { _context_auth_token: 'gAAA"\\A', payload: { port: 1, secret: 's' } };
  const doubled = { ...inner, detail: JSON.stringify({ password: 'p"w', keep: 'k' }) };

  test('in the envelope', () => {
    const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(inner) });
    const outer = JSON.parse(redactedBody(body)) as Record<string, string>;
    expect(JSON.parse(outer['oslo.message'] ?? '')).toEqual({
      _context_auth_token: '***',
      payload: { port: 1, secret: '***' },
    });
  });

  test('and in a text in that', () => {
    const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(doubled) });
    const outer = JSON.parse(redactedBody(body)) as Record<string, string>;
    const notification = JSON.parse(outer['oslo.message'] ?? '') as Record<string, string>;
    expect(JSON.parse(notification.detail ?? '')).toEqual({ password: '***', keep: 'k' });
    expect(paths(body)).toEqual(['_context_auth_token', 'secret', 'password']);
  });
});

describe('a malformed body keeps no secret', () => {
  test.each([
    ['{"event_type": "x", "_context_auth_token": "gAAAAsecret', 'gAAAA'],
    ['{"password": {"deep": ["gAAAA', 'gAAAA'],
    ['{"oslo.version": "2.0", "oslo.message": "{\\"password\\": \\"gAAAA"}', 'gAAAA'],
    ['{"oslo.version": "2.0", "oslo.message": "{\\"password\\": [\\"gAAAA"}', 'gAAAA'],
    ['nonsense "auth_token": "gAAAA" nonsense', 'gAAAA'],
  ])('%s', (body, secret) => {
    expect(redactedBody(body)).not.toContain(secret);
  });

  test('that is not UTF-8 either', () => {
    const bytes = new TextEncoder().encode('{"password": "hunter2", "x": "?"}');
    bytes[bytes.length - 3] = 0xff;
    const { native } = osloCodec.redact({ body: bytes });
    expect(new TextDecoder('latin1').decode(native.body as Uint8Array)).toBe(
      '{"password": "***", "x": "ÿ"}',
    );
  });
});

describe('a compressed body', () => {
  const headers = { compression: 'application/x-gzip', other: 1 };
  const packed = (text: string): OsloMessage => ({
    properties: { headers },
    body: zlibSync(new TextEncoder().encode(text)),
  });

  test('without a secret stays as it is', () => {
    const message = packed('{"event_type": "x"}');
    expect(osloCodec.redact(message).native).toBe(message);
  });

  test('with a secret goes on unpacked', () => {
    const { native, redactions } = osloCodec.redact(packed('{"password": "p"}'));
    expect(native).toEqual({ properties: { headers: { other: 1 } }, body: '{"password": "***"}' });
    expect(redactions).toEqual([{ path: 'password' }]);
  });

  test('that cannot be looked through is secret as a whole', () => {
    const message = { properties: { headers: { compression: 'application/x-bz2' } } };
    const { native } = osloCodec.redact({ ...message, body: Uint8Array.of(0x42, 0x5a, 0xff) });
    expect(native).toEqual({ ...message, body: '***' });
  });
});

describe('what is no secret stays', () => {
  test.each([
    '{"event_type": "identity.credential.created"}',
    '{"password": "", "secret": null, "token": "***", "auth_token": true}',
    '{"message": "the password is wrong", "tokens_left": 3}',
    '{"passive": false, "credential_id": "c"}',
  ])('%s is the same object', (body) => {
    const message = { body };
    expect(osloCodec.redact(message).native).toBe(message);
  });
});

test('redacting twice finds nothing the second time', () => {
  for (const { name, message } of [...samples(), ...goldenMessages()]) {
    const { native } = osloCodec.redact(parsed(message));
    expect(osloCodec.redact(native).redactions, name).toEqual(
      native.body === '***' ? expect.any(Array) : [],
    );
  }
});

test('a hostile body takes time in proportion to its length', () => {
  const hostile = [
    '"token'.repeat(200_000),
    'token '.repeat(200_000),
    `${'\\'.repeat(500_000)}"token"token"token`,
    `{"password": ${'['.repeat(500_000)}`,
  ];
  for (const body of hostile) expect(() => osloCodec.redact({ body })).not.toThrow();
}, 20_000);
