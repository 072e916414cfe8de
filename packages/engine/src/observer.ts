import type { CanonicalEvent, Encoded, Logger, Notice, Outcome } from '@viaduct/core';
import type { AppendResult, Claimed, Entry, NewDeadLetter } from '@viaduct/journal';
import { asError } from './thrown.ts';
import type { EngineTracing } from './tracing.ts';

/**
 * Sees what passes, for terminals and consoles. All of it is optional and called synchronously on
 * the hot path, in batches: an observer returns quickly. What it is given must not be changed; what
 * it throws is logged and stops nothing. Figures are in the counters, which cost less.
 */
export interface EngineObserver {
  /** Entries are durable (or known already): same order, same length. */
  readonly appended?: (
    source: string,
    entries: readonly Entry[],
    results: readonly AppendResult[],
  ) => void;
  /** An event was encoded for a sink; losses and inventions are in `encoded`. */
  readonly encoded?: (sink: string, event: CanonicalEvent, encoded: Encoded<unknown>) => void;
  /** What became of parcels: same order, same length. */
  readonly settled?: (
    sink: string,
    claimed: readonly Claimed[],
    outcomes: readonly Outcome[],
  ) => void;
  /** Something became a dead letter. */
  readonly deadLettered?: (letter: NewDeadLetter) => void;
  /** A tracker has something to tell an operator. */
  readonly noticed?: (source: string, notice: Notice) => void;
}

/**
 * An observer that cannot break what it observes: what it throws is logged, once for each of its
 * functions. Functions it does not have stay missing, so that nobody prepares their arguments.
 */
export function guardObserver(observer: EngineObserver, logger: Logger): EngineObserver {
  const guard = <Parameters extends unknown[]>(
    name: string,
    call: ((...parameters: Parameters) => void) | undefined,
  ): ((...parameters: Parameters) => void) | undefined =>
    call === undefined ? undefined : guardCall(name, call, logger);
  const guarded = {
    appended: guard('appended', observer.appended),
    encoded: guard('encoded', observer.encoded),
    settled: guard('settled', observer.settled),
    deadLettered: guard('deadLettered', observer.deadLettered),
    noticed: guard('noticed', observer.noticed),
  };
  return Object.fromEntries(Object.entries(guarded).filter(([, call]) => call !== undefined));
}

/** The same for {@link EngineTracing}. */
export function guardTracing(
  tracing: EngineTracing | undefined,
  logger: Logger,
): EngineTracing | undefined {
  if (tracing === undefined) return undefined;
  return {
    received: guardCall('received', (...args) => tracing.received(...args), logger),
    dropped: guardCall('dropped', (...args) => tracing.dropped(...args), logger),
    sending: guardCall('sending', (...args) => tracing.sending(...args), logger),
    returned: guardCall('returned', (...args) => tracing.returned(...args), logger),
  };
}

function guardCall<Parameters extends unknown[], Answer>(
  name: string,
  call: (...parameters: Parameters) => Answer,
  logger: Logger,
): (...parameters: Parameters) => Answer | undefined {
  let isBroken = false;
  return (...parameters) => {
    try {
      return call(...parameters);
    } catch (thrown) {
      if (!isBroken) logger.error({ observer: name }, asError(thrown).message);
      isBroken = true;
      return undefined;
    }
  };
}
