/**
 * DateAndTime of SNMPv2-TC (RFC 2579): year in two octets, month, day, hour, minute, second and
 * tenth of a second in one each, then `+` or `-`, hours and minutes from UTC where they are known.
 */

/** The octets of a moment given in milliseconds since the epoch, in UTC. */
export function dateAndTime(ms: number): Uint8Array {
  const at = new Date(ms);
  const year = at.getUTCFullYear();
  return Uint8Array.of(
    year >> 8,
    year & 0xff,
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    Math.floor(at.getUTCMilliseconds() / 100),
    0x2b,
    0,
    0,
  );
}

/** The moment in milliseconds since the epoch; without a zone it is taken for UTC. */
export function parseDateAndTime(octets: Uint8Array): number | undefined {
  if (octets.length !== 8 && octets.length !== 11) return undefined;
  const [high, low, month, day, hour, minute, second, tenth] = octets as unknown as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const year = high * 256 + low;
  if (year < 1970 || year > 9999) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59) return undefined;
  const utc = Date.UTC(year, month - 1, day, hour, minute, Math.min(59, second), tenth * 100);
  if (octets.length === 8) return utc;
  const awayMinutes = (octets[9] as number) * 60 + (octets[10] as number);
  return octets[8] === 0x2d ? utc + awayMinutes * 60_000 : utc - awayMinutes * 60_000;
}
