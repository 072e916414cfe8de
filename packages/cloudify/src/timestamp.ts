/**
 * The times that Cloudify writes: `2023-05-04T10:11:12.345Z`, and `2023-05-04T10:11Z` where the
 * microseconds happened to be 0 (`isoformat()[:-3] + 'Z'` then cuts the seconds off, not the
 * microseconds).
 */
const FORM = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9})\d*)?)?(?:Z|[+-]00:?00)?$/;

/** No time that a manager could mean is longer. */
const LENGTH_MAX = 48;

/** RFC 3339 in UTC; seconds that were cut off are 0. `undefined` where it is no time. */
export function parseTimestamp(text: string): string | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, date = '', minute = '', second = '00', fraction] = match;
  const time = `${date}T${minute}:${second}`;
  const parsed = new Date(`${time}Z`);
  // The 30th of February would become a day in March.
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date)
    return undefined;
  return `${time}${fraction === undefined ? '' : `.${fraction}`}Z`;
}

/** A time as managers write it, with milliseconds. `undefined` where it is no time. */
export function formatTimestamp(time: string): string | undefined {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
