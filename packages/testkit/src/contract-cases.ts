import { test } from 'vitest';

import { collectLogs, TEST_BROKER_ID, type TestContext } from './collected-logs.ts';
import { countResources, expectNoLeftovers } from './leftovers.ts';
import { countingClock, type CountingClock } from './system-clock.ts';

/** How many messages are in flight at once in the case of that name. */
export const CONTRACT_IN_FLIGHT = 1_000;

/**
 * Longest for what must happen at once: settle an aborted call, close. Milliseconds: more than a
 * busy machine holds it up, less than the time-outs with which a peer that is silent is given up.
 */
export const AT_ONCE_MS = 8_000;

/** Longest for what needs the peer: a connection, a message. Milliseconds. */
export const PEER_MS = 20_000;

/** How long one case may take, milliseconds. */
const CASE_MS = 90_000;

/** Cases that an adapter cannot run, each with the reason: a sentence, printed with the result. */
export type Skips<Case extends string> = { readonly [Name in Case]?: string };

/** A context whose clock is watched for leftovers. */
export interface CaseContext extends TestContext {
  readonly clock: CountingClock;
}

/** The shortest reason that can be one. */
const REASON_LENGTH_MIN = 15;

/**
 * Declares one case of a contract: opens a peer, runs the body, closes the peer, and checks that
 * nothing was left behind. A case named in `skips` is reported as skipped, with its reason.
 */
export function contractCase<Case extends string, Peer extends { close(): Promise<void> }>(
  name: Case,
  setup: { readonly skips?: Skips<Case>; open(): Promise<Peer> },
  body: (peer: Peer, context: CaseContext) => Promise<void>,
): void {
  const reason = setup.skips?.[name];
  if (reason !== undefined) {
    if (reason.trim().length < REASON_LENGTH_MIN) {
      throw new Error(`the case "${name}" is skipped without a reason worth the name`);
    }
    test.skip(`${name} (skipped: ${reason})`, () => undefined);
    return;
  }
  test(name, { timeout: CASE_MS }, async () => {
    const before = countResources();
    const context = caseContext();
    const peer = await setup.open();
    try {
      await body(peer, context);
    } finally {
      await peer.close();
    }
    await expectNoLeftovers(before, context.clock);
  });
}

function caseContext(): CaseContext {
  const counts = new Map<string, number>();
  return {
    name: 'contract',
    brokerId: TEST_BROKER_ID,
    logger: collectLogs(),
    clock: countingClock(),
    counts,
    count(what, by = 1) {
      counts.set(what, (counts.get(what) ?? 0) + by);
    },
  };
}

/** `prefix-0` … `prefix-(count-1)`: what contract messages are told apart by. */
export function labels(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}
