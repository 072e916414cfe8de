import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../src/base64.ts';
import { isNestedDeeper } from '../src/json/json-span.ts';
import { latin1Bytes, latin1Text } from '../src/latin1.ts';
import { parsePythonJson } from '../src/json/parse-python-json.ts';
import { redactJsonBytes, redactJsonText, type SecretNames } from '../src/json/redact-json.ts';

const SECRETS: SecretNames = { hint: /token/gi, isSecret: (name) => name.endsWith('token') };

describe('secrets in a JSON text', () => {
  test.each([
    ['a text', '{"token": "abc", "a": 1}', '{"token": "***", "a": 1}'],
    ['a number', '{"token": 12}', '{"token": 0}'],
    ['a list', '{"token": ["a"], "b": []}', '{"token": [], "b": []}'],
    ['an object', '{"token": {"x": "y"}}', '{"token": {}}'],
    [
      'JSON inside JSON',
      String.raw`{"m": "{\"token\": \"abc\"}"}`,
      String.raw`{"m": "{\"token\": \"***\"}"}`,
    ],
    [
      'an escaped letter',
      String.raw`{"rest\u005ftoken": "abc"}`,
      String.raw`{"rest\u005ftoken": "***"}`,
    ],
    ['a text that is cut off', '{"token": "ab', '{"token": "***'],
  ])('are masked in the type they had: %s', (_name, text, expected) => {
    expect(redactJsonText(text, SECRETS)?.body).toBe(expected);
  });

  test('are not seen where there is nothing to hide', () => {
    for (const value of ['""', 'null', 'true', '"***"', '0', '[]', '{}', '"']) {
      expect(redactJsonText(`{"token": ${value}`, SECRETS), value).toBeUndefined();
    }
  });

  test('are found between bytes that are no UTF-8, and no other byte changes', () => {
    const bytes = latin1Bytes('\xff{"token": "\xfe"}\x80');
    const found = redactJsonBytes(bytes, SECRETS);
    expect(found?.body).toEqual(latin1Bytes('\xff{"token": "***"}\x80'));
    expect(found?.redactions).toEqual([{ path: 'token' }]);
  });
});

test("Python's integers beyond 2^53 keep their digits, and what is no number becomes null", () => {
  expect(parsePythonJson('{"a": 12345678901234567890, "b": [NaN, -Infinity], "c": "NaN"}')).toEqual(
    {
      a: '12345678901234567890',
      b: [null, null],
      c: 'NaN',
    },
  );
  expect(() => parsePythonJson('{"a": nan}')).toThrow(SyntaxError);
});

test('brackets count for the depth of nesting, and those in texts do not', () => {
  expect(isNestedDeeper('[[{}]]', 3)).toBe(false);
  expect(isNestedDeeper('[[{}]]', 2)).toBe(true);
  expect(isNestedDeeper(String.raw`["[[[\"[["]`, 1)).toBe(false);
  expect(isNestedDeeper('[][][][]', 1)).toBe(false);
});

test('bytes survive base64 and ISO 8859-1, in any number', () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  expect(latin1Bytes(latin1Text(bytes))).toEqual(bytes);
  expect(fromBase64('a')).toBeUndefined();
});
