import { describe, expect, test } from 'vitest';

import { bonfireCodec } from '../src/codec.ts';
import { isSecretName } from '../src/decode/redact.ts';

const redacted = (body: string): unknown => bonfireCodec.redact({ body }).native.body;

describe('secrets', () => {
  test.each([
    ['{"bonfire_credentials": "dXNlcjpwYXNz"}', '{"bonfire_credentials": "***"}'],
    ['{"routing_key":"dc0e76"}', '{"routing_key":"***"}'],
    ['{"context":{"authorized_keys":["ssh-rsa A"]}}', '{"context":{"authorized_keys":[]}}'],
    ['{"root_ssh_keys": {"a": "b"}, "x": 1}', '{"root_ssh_keys": {}, "x": 1}'],
    ['{"Password": 1234}', '{"Password": 0}'],
    [
      '{"a": "{\\"mq_password\\": \\"x\\\\\\"y\\"}", "b": 1}',
      '{"a": "{\\"mq_password\\": \\"***\\"}", "b": 1}',
    ],
    ['{"aggregator_password": "3tt', '{"aggregator_password": "***'],
    [
      '{"password": null, "token": "", "secret": true}',
      '{"password": null, "token": "", "secret": true}',
    ],
    [
      '{"key": "k", "public": "YES", "network": "n"}',
      '{"key": "k", "public": "YES", "network": "n"}',
    ],
  ])('of %s', (body, clean) => {
    expect(redacted(body)).toBe(clean);
    expect(redacted(clean)).toBe(clean);
  });

  test('are found in bytes that are no UTF-8, and nothing else changes', () => {
    const bytes = Buffer.from('{"password":"\xe4\xf6","name":"\xfc"}', 'latin1');
    const clean = bonfireCodec.redact({ body: Uint8Array.from(bytes) }).native.body as Uint8Array;
    expect(Buffer.from(clean).toString('latin1')).toBe('{"password":"***","name":"\xfc"}');
  });

  test('are told by their names alone', () => {
    expect(['bonfire_experiment_routing_key', 'auth_token', 'sshKey'].every(isSecretName)).toBe(
      true,
    );
    expect(['name', 'key', 'tokens_left', 'hostname'].some(isSecretName)).toBe(false);
  });

  test('leave a message without any as it is', () => {
    const native = { body: '{"name": "passage"}' };
    expect(bonfireCodec.redact(native).native).toBe(native);
  });
});
