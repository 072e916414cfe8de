/**
 * The forms of time that OpenStack's services write: with a blank or a `T`, with no fraction or up
 * to nine digits of it, with no zone (UTC is meant), `Z`, `+00:00` or `+0000`. One nova payload
 * mixes them.
 */
const FORM =
  /^(\d{4})-(\d\d)-(\d\d)[ Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?(?: ?(Z|z|UTC|[+-]\d\d(?::?\d\d)?))?$/;

/** No time that a service could mean is longer; the pattern is not tried on anything that is. */
const LENGTH_MAX = 48;

/** RFC 3339 in UTC, all digits of the fraction kept; `undefined` where it is no time. */
export function parseTimestamp(text: string): string | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const match = FORM.exec(text.trim());
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match;
  const fraction = match[7] === undefined ? '' : `.${match[7]}`;
  const date = `${year}-${month}-${day}`;
  const clock = `${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(`${date}T${clock}Z`);
  if (Number.isNaN(milliseconds) || !isRealDay(year, month, day)) return undefined;
  const offset = offsetMinutes(match[8]);
  if (offset === 0) return `${date}T${clock}${fraction}Z`;
  const shifted = new Date(milliseconds - offset * 60_000);
  if (Number.isNaN(shifted.getTime())) return undefined;
  const iso = shifted.toISOString();
  return iso.length === 24 ? `${iso.slice(0, 19)}${fraction}Z` : undefined;
}

const SHORTEST_MONTH = 28;

/** `Date.parse` takes the 30th of February for the 1st of March. */
function isRealDay(year: string, month: string, day: string): boolean {
  if (Number(day) <= SHORTEST_MONTH) return true;
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}

function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || '0');
  return zone.startsWith('-') ? -minutes : minutes;
}

/** RFC 3339 in UTC, split as Python's datetime has it: six digits of fraction, none where 0. */
interface PythonTime {
  readonly date: string;
  readonly clock: string;
  /** `.123456`, or empty where the microseconds are 0, as `str(datetime)` writes it. */
  readonly fraction: string;
}

function pythonTime(time: string): PythonTime | undefined {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(
    parseTimestamp(time) ?? '',
  );
  if (match === null) return undefined;
  const [, date = '', clock = '', digits = ''] = match;
  const micros = digits.padEnd(6, '0').slice(0, 6);
  return { date, clock, fraction: micros === '000000' ? '' : `.${micros}` };
}

/** `str(datetime.utcnow())`: `2026-11-21 19:05:57.940312`, the form of the envelope. */
export function blankTimestamp(time: string): string | undefined {
  const parts = pythonTime(time);
  return parts && `${parts.date} ${parts.clock}${parts.fraction}`;
}

/** `2015-05-11 12:51:03+00:00`: nova's `created_at`, without a fraction. */
export function zonedTimestamp(time: string): string | undefined {
  const parts = pythonTime(time);
  return parts && `${parts.date} ${parts.clock}+00:00`;
}

/** `2015-05-11T12:51:06.311068`: nova's `launched_at`, always with six digits. */
export function isoTimestamp(time: string): string | undefined {
  const parts = pythonTime(time);
  return parts && `${parts.date}T${parts.clock}${parts.fraction || '.000000'}`;
}
