/** The last second of the year 9999: RFC 3339 has four digits for the year. */
const SECONDS_MAX = 253_402_300_799;

/** No time in seconds is longer, its fraction included. */
const TEXT = /^(\d{1,12})(?:\.(\d{1,9})\d{0,12})?$/;

/**
 * UNIX seconds, integer or with a fraction, as a number or its text, in RFC 3339 in UTC with all
 * digits of the fraction; `undefined` where it is no time.
 */
export function timeOfSeconds(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = TEXT.exec(String(value));
  const seconds = Number(match?.[1] ?? Number.NaN);
  if (!(seconds <= SECONDS_MAX)) return undefined;
  const iso = new Date(seconds * 1000).toISOString().slice(0, 19);
  const fraction = match?.[2]?.replace(/0+$/, '') ?? '';
  return fraction === '' ? `${iso}.000Z` : `${iso}.${fraction.padEnd(3, '0')}Z`;
}

/** Whole UNIX seconds of a time: BonFIRE's readers take no fraction. */
export function secondsOfTime(time: string): number | undefined {
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}
