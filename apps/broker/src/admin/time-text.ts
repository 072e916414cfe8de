import { Refusal } from './refusal.ts';

/** Milliseconds since the epoch, of a number or a time as people write it. */
export function parseTime(name: string, text: string): number {
  const time = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(time)) return time;
  const message = `${name}: "${text}" is no time; write 2026-01-31T12:00:00Z or milliseconds`;
  throw new Refusal(400, 'VIA_ADMIN_REQUEST', message);
}
