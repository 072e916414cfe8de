/**
 * What a leg of the pipeline benchmark is: a child process that carries messages and reports when a
 * given number of them is confirmed. It lives through all rounds, so that every round but the
 * first runs warm.
 */

/** What a leg is told when it starts. */
export interface LegSettings {
  /** The ZeroMQ address its events come from. */
  readonly endpoint: string;
  readonly amqpUrl: string;
  readonly exchange: string;
  /** The queue that takes what it publishes, and its routing key: `<topic>.info`, as in oslo. */
  readonly queue: string;
  /** A ready notification, for the leg that translates nothing. */
  readonly body: string;
  /** A folder of its own. */
  readonly folder: string;
}

/** Parent to leg. */
export type LegOrder<Settings = LegSettings> =
  | { readonly order: 'start'; readonly settings: Settings }
  /** `count` events are about to come; report when all are confirmed. */
  | { readonly order: 'round'; readonly count: number }
  | { readonly order: 'stop' };

/** Leg to parent. Times are `process.hrtime`, one clock for all processes of a machine. */
export type LegReport =
  | { readonly report: 'ready' }
  | {
      readonly report: 'done';
      /** When the last of the round was confirmed, nanoseconds. */
      readonly at: string;
      readonly cpuMs: number;
      readonly rssBytes: number;
    };

/** How a leg ends; the leg without ZeroMQ input also takes the count of a round. */
export type StopLeg = (() => Promise<void>) & { readonly burst?: (count: number) => void };

/**
 * Runs `start` when told so; it calls `confirmed` for each confirmed message (or a number of
 * them).
 */
export async function serveLeg(
  start: (settings: never, confirmed: (count?: number) => void) => Promise<StopLeg>,
): Promise<void> {
  let left = 0;
  let cpuBefore = process.cpuUsage();
  const confirmed = (count = 1): void => {
    left -= count;
    if (left === 0) {
      const cpu = process.cpuUsage(cpuBefore);
      report({
        report: 'done',
        at: String(process.hrtime.bigint()),
        cpuMs: (cpu.user + cpu.system) / 1000,
        rssBytes: process.memoryUsage.rss(),
      });
    }
  };
  let stop: StopLeg | undefined;
  for await (const order of orders()) {
    if (order.order === 'start') {
      // The parent sends what its legs are written for.
      stop = await start(order.settings as never, confirmed);
      report({ report: 'ready' });
    } else if (order.order === 'round') {
      left = order.count;
      cpuBefore = process.cpuUsage();
      stop?.burst?.(order.count);
    } else {
      await stop?.();
      process.disconnect();
      return;
    }
  }
}

function report(message: LegReport): void {
  process.send?.(message);
}

async function* orders(): AsyncGenerator<LegOrder<unknown>> {
  const waiting: LegOrder<unknown>[] = [];
  let wake: (() => void) | undefined;
  process.on('message', (order: LegOrder<unknown>) => {
    waiting.push(order);
    wake?.();
  });
  for (;;) {
    const order = waiting.shift();
    if (order) yield order;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
