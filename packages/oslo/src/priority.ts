import type { Severity } from '@viaduct/core';

/**
 * The seven priorities that an oslo.messaging listener has methods for (notify/dispatcher.py),
 * least severe first. Any other is acknowledged and dropped by it.
 */
export const PRIORITIES = [
  'debug',
  'sample',
  'audit',
  'info',
  'warn',
  'error',
  'critical',
] as const;

/** One of {@link PRIORITIES}. In the body it stands in upper case, in the routing key in lower. */
export type Priority = (typeof PRIORITIES)[number];

/** What a priority says about how much an event matters. */
export const SEVERITY_OF_PRIORITY: Readonly<Record<Priority, Severity>> = {
  debug: 'debug',
  sample: 'debug',
  audit: 'info',
  info: 'info',
  warn: 'warning',
  error: 'error',
  critical: 'critical',
};

/** The priority of a severity, before a sink's list of priorities narrows it. */
export const PRIORITY_OF_SEVERITY: Readonly<Record<Severity, Priority>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'critical',
};

/** Whether a text, in lower case, is a priority. */
export function isPriority(text: string): text is Priority {
  return (PRIORITIES as readonly string[]).includes(text);
}

/** The priority out of `allowed` that is nearest to `wanted`; of two, the milder. */
export function nearestPriority(wanted: Priority, allowed: readonly Priority[]): Priority {
  if (allowed.includes(wanted)) return wanted;
  const rank = PRIORITIES.indexOf(wanted);
  const byRank = PRIORITIES.filter((priority) => allowed.includes(priority));
  const distance = (priority: Priority): number => Math.abs(PRIORITIES.indexOf(priority) - rank);
  return byRank.reduce(
    (best, next) => (distance(next) < distance(best) ? next : best),
    byRank[0] ?? wanted,
  );
}
