import type { CountingClock } from './system-clock.ts';
import { waitFor } from './wait-for.ts';

/**
 * What may not be left behind: sockets, servers and timers that keep the process alive. Handles of
 * the test runner itself (pipes, message ports) come and go and say nothing.
 */
const TELLTALES: ReadonlySet<string> = new Set([
  'FSEventWrap',
  'GetAddrInfoReqWrap',
  'PipeServerWrap',
  'ProcessWrap',
  'TCPConnectWrap',
  'TCPServerWrap',
  'TCPSocketWrap',
  'TLSWrap',
  'Timeout',
  'UDPWrap',
  'Worker',
]);

/** The number of telltale resources of each type, now. */
export function countResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) {
    if (TELLTALES.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

/**
 * Waits until no more resources are active than in `before` and no wake of `clock` is pending;
 * fails naming what stayed. Sockets take some turns of the event loop to close.
 */
export async function expectNoLeftovers(
  before: ReadonlyMap<string, number>,
  clock: CountingClock,
  timeoutMs = 5_000,
): Promise<void> {
  await waitFor(
    () => {
      const left = [...countResources()]
        .filter(([type, count]) => count > (before.get(type) ?? 0))
        .map(([type, count]) => `${count - (before.get(type) ?? 0)} ${type}`);
      if (clock.pending > 0) left.push(`${clock.pending} wakes of the clock`);
      if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
      return true;
    },
    { timeoutMs, what: 'nothing left behind' },
  );
}
