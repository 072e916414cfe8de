import { describe, expect, test } from 'vitest';
import { formatTimestamp, parseTimestamp } from '../src/timestamp.ts';

describe('times of Cloudify', () => {
  test.each([
    ['2023-05-04T10:11:12.345Z', '2023-05-04T10:11:12.345Z'],
    ['2023-05-04T10:11Z', '2023-05-04T10:11:00Z'],
    ['2023-05-04 10:11:12', '2023-05-04T10:11:12Z'],
    ['2023-05-04T10:11:12+00:00', '2023-05-04T10:11:12Z'],
    ['2024-02-29T00:00:00.000001Z', '2024-02-29T00:00:00.000001Z'],
  ])('%s', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  test.each(['', 'now', '2023-02-30T10:11:12Z', '2023-05-04T25:00:00Z', '2023-05-04T10Z'])(
    'no time: %s',
    (text) => {
      expect(parseTimestamp(text)).toBeUndefined();
    },
  );

  test('are written with milliseconds', () => {
    expect(formatTimestamp('2023-05-04T10:11:00Z')).toBe('2023-05-04T10:11:00.000Z');
    expect(formatTimestamp('never')).toBeUndefined();
  });
});
