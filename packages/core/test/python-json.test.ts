import { expect, test } from 'vitest';
import type { JsonValue } from '../src/json/json.ts';
import { pythonJson } from '../src/json/python-json.ts';

test.each<readonly [JsonValue, string]>([
  [{ a: 1, b: [1, 'x', null, true, false] }, '{"a": 1, "b": [1, "x", null, true, false]}'],
  [{}, '{}'],
  [[], '[]'],
  [{ a: {}, b: [] }, '{"a": {}, "b": []}'],
  ['données-日本-😀', '"donn\\u00e9es-\\u65e5\\u672c-\\ud83d\\ude00"'],
  [
    '"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028',
    '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u2028"',
  ],
  ['\ud800', '"\\ud800"'],
  [0.5, '0.5'],
  [1e16, '10000000000000000'],
  [1e21, '1000000000000000000000'],
  [1e-7, '1e-07'],
  [1.5e-10, '1.5e-10'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-3, '-3'],
  [{ ключ: 1 }, '{"\\u043a\\u043b\\u044e\\u0447": 1}'],
])('writes %j as Python does', (value, expected) => {
  expect(pythonJson(value)).toBe(expected);
});
