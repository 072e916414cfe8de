/** RFC 3339 clause 5.6, which is what CloudEvents' type Timestamp is. */
const FORM =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?([Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 in UTC, all digits of the fraction kept; `undefined` where it is no time. */
export function parseTimestamp(text: string): string | undefined {
  if (text.length > 48) return undefined;
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match;
  const fraction = match[7] === undefined ? '' : `.${match[7]}`;
  // A leap second has no place in JavaScript's time; it is the second before.
  const clock = `${hour}:${minute}:${second === '60' ? '59' : second}`;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${clock}Z`);
  if (Number.isNaN(milliseconds) || !isRealDay(year, month, day)) return undefined;
  const shifted = new Date(milliseconds - offsetMinutes(match[8] ?? 'Z') * 60_000);
  const iso = shifted.toISOString();
  return iso.length === 24 ? `${iso.slice(0, 19)}${fraction}Z` : undefined;
}

/** `Date.parse` takes the 30th of February for the 1st of March. */
function isRealDay(year: string, month: string, day: string): boolean {
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}

function offsetMinutes(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}
