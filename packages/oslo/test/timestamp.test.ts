import { describe, expect, test } from 'vitest';
import { blankTimestamp, isoTimestamp, parseTimestamp, zonedTimestamp } from '../src/timestamp.ts';

describe('every form of time that the services write', () => {
  test.each([
    ['2026-11-21 19:05:57.940312', '2026-11-21T19:05:57.940312Z'],
    ['2026-11-21 19:05:57', '2026-11-21T19:05:57Z'],
    ['2015-05-11T12:51:06.311068', '2015-05-11T12:51:06.311068Z'],
    ['2012-10-29T13:42:11Z', '2012-10-29T13:42:11Z'],
    ['2015-05-11 12:51:03+00:00', '2015-05-11T12:51:03Z'],
    ['2014-08-04T05:38:59.978898+0000', '2014-08-04T05:38:59.978898Z'],
    ['2026-01-01T00:30:00.5+02:00', '2025-12-31T22:30:00.5Z'],
    ['2026-12-31 23:30:00-01', '2027-01-01T00:30:00Z'],
    ['2026-11-21 19:05:57 UTC', '2026-11-21T19:05:57Z'],
  ])('%s', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  test.each([
    '',
    '20140223134852',
    '2015-01-30T16: 38: 43.23',
    '2026-02-30 00:00:00',
    '2026-13-01 00:00:00',
    '2026-01-01 25:00:00',
    '0000-01-01T00:00:00+12:00',
    '2026-11-21',
    'x'.repeat(1000),
  ])('%j is no time', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});

describe('the forms that are written', () => {
  test('the envelope has a blank, six digits, and none at all for whole seconds', () => {
    expect(blankTimestamp('2026-11-21T19:05:57.94Z')).toBe('2026-11-21 19:05:57.940000');
    expect(blankTimestamp('2026-11-21T19:05:57.000000Z')).toBe('2026-11-21 19:05:57');
    expect(blankTimestamp('2026-11-21T19:05:57.123456789Z')).toBe('2026-11-21 19:05:57.123456');
    expect(blankTimestamp('yesterday')).toBeUndefined();
  });

  test("nova's created_at has a zone and no fraction, its launched_at the reverse", () => {
    expect(zonedTimestamp('2015-05-11T12:51:03.9Z')).toBe('2015-05-11 12:51:03+00:00');
    expect(isoTimestamp('2015-05-11T12:51:06Z')).toBe('2015-05-11T12:51:06.000000');
  });
});
