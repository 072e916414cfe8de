/** Times as people write them on a command line. */
import { BrokerError } from '../errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

const AGO = /^(\d+(?:\.\d+)?)([smhdw])(?: ago)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const ISO = /^\d{4}-\d{2}-\d{2}T/;

/**
 * Milliseconds since the epoch. `2026-01-31T12:00:00Z`, a date (its beginning, in the time zone of
 * this machine, as is any time without a zone), `90s`, `15m`, `2h`, `3d`, `1w` (so long before
 * `now`), `now`, `today`, `yesterday` (their beginnings). Throws `VIA_BROKER_USAGE` else.
 */
export function timeArgument(option: string, text: string, now: number): number {
  const written = text.trim();
  const [, amount = '', unit = ''] = AGO.exec(written) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return now - Number(amount) * unitMs;
  if (written === 'now') return now;
  if (written === 'today') return midnight(now, 0);
  if (written === 'yesterday') return midnight(now, -1);
  const iso = DATE.test(written) ? `${written}T00:00:00` : written;
  const time = ISO.test(iso) ? Date.parse(iso) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new BrokerError(
    'VIA_BROKER_USAGE',
    `${option} ${JSON.stringify(text)} is no time. Write it like 2026-01-31T12:00:00Z, ` +
      '2h (ago), today or yesterday.',
  );
}

/** By the calendar: a day can have 23 hours. */
function midnight(now: number, days: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}
