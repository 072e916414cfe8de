/** Numbers and times as people read them. */

const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `1,204`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** `1.2K`. */
export function compact(value: number): string {
  return COMPACT.format(value);
}

/** Of events a second: `0.3/s`, `12/s`. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '0/s';
  return perSecond < 10 ? `${perSecond.toFixed(1)}/s` : `${compact(perSecond)}/s`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `3.4 GiB`. */
export function bytes(value: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
  const scaled = value / 1024 ** power;
  return `${power === 0 ? String(scaled) : scaled.toFixed(1)} ${UNITS[power] ?? ''}`;
}

/** `2.5 ms`, `850 ms`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function duration(ms: number): string {
  if (ms < 10) return `${String(Math.round(ms * 10) / 10)} ms`;
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  const seconds = ms / 1_000;
  if (seconds < 120) return `${String(Math.round(seconds))} s`;
  if (seconds < 7_200) return `${String(Math.round(seconds / 60))} min`;
  if (seconds < 172_800) return `${String(Math.round(seconds / 3_600))} h`;
  return `${String(Math.round(seconds / 86_400))} d`;
}

/** The time of day with milliseconds, and the date where it is not today's. */
export function moment(at: number | string, now: number = Date.now()): string {
  const date = new Date(at);
  const time = `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${date.toLocaleDateString('en-CA')} ${time}`;
}
