/** A broker from RabbitMQ to RabbitMQ with what is put beside it, and how live traffic fares. */
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom, waitFor } from '@viaduct/testkit';
import { BrokerProcess } from '../faults/broker-process.ts';
import { type Cast, startCast } from '../faults/cast.ts';
import { configurationOf, type Plan } from '../faults/plan.ts';
import type { NewEvent, Notebook } from '../oracle/ledger.ts';
import type { Rabbitmq } from '../peers/rabbitmq.ts';
import { percentile } from './figures.ts';

/** The sink whose traffic is measured. */
const LIVE_SINK = 'bus';

const SETTLE_TIMEOUT_MS = 600_000;
const STEP_MS = 20;

/** A running broker and everybody around it. */
export interface LiveLeg {
  readonly broker: BrokerProcess;
  readonly cast: Cast;
  readonly plan: Plan;
  /** Events a second, from the first published to the last that arrived. */
  throughput(events: number): Promise<number>;
  /** Milliseconds from publishing to arrival, of events paced at `perSecond`. */
  latencies(events: number, perSecond: number): Promise<readonly number[]>;
  /** Events that arrived at other sinks so far. */
  elsewhere(): number;
  close(): Promise<void>;
}

/** Starts one. `change` may edit its configuration before the start. */
export async function startLiveLeg(
  plan: Plan,
  rabbitmq: Rabbitmq,
  change: (configuration: Record<string, unknown>) => void = () => undefined,
): Promise<LiveLeg> {
  const stopwatch = new Stopwatch();
  const cast = await startCast(plan, rabbitmq, stopwatch, seededRandom(1));
  const configuration = configurationOf(plan, cast.addresses) as Record<string, unknown>;
  change(configuration);
  const broker = new BrokerProcess(configuration);
  await broker.start();
  await broker.connected([...plan.sources, LIVE_SINK]);
  await cast.bus.collect();
  const settled = (): Promise<unknown> =>
    waitFor(() => stopwatch.open === 0, {
      timeoutMs: SETTLE_TIMEOUT_MS,
      what: 'all that was published',
    });
  return {
    broker,
    cast,
    plan,
    throughput: async (events) => {
      const startedAt = performance.now();
      await cast.nova?.issue(events);
      await settled();
      return (events * 1000) / (performance.now() - startedAt);
    },
    latencies: async (events, perSecond) => {
      stopwatch.begin();
      const stop = new AbortController();
      const flow = cast.nova?.flow(perSecond, stop.signal);
      while (stopwatch.measured < events) await delay(STEP_MS);
      stop.abort();
      await flow;
      await settled();
      return stopwatch.latenciesMs.slice(0, events);
    },
    elsewhere: () => stopwatch.elsewhere,
    close: async () => {
      await broker.kill();
      await cast.close();
    },
  };
}

/** Two latencies that matter, milliseconds. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p99: number;
}

/** Of a list of latencies. */
export function latencyFigures(latenciesMs: readonly number[]): LatencyFigures {
  return { p50: percentile(latenciesMs, 50), p99: percentile(latenciesMs, 99) };
}

/** Takes the time between issue and arrival at the live sink. */
class Stopwatch implements Notebook {
  latenciesMs: number[] = [];
  elsewhere = 0;
  readonly #issuedAt = new Map<string, number>();

  /** Issued and not there. */
  get open(): number {
    return this.#issuedAt.size;
  }

  get measured(): number {
    return this.latenciesMs.length;
  }

  begin(): void {
    this.latenciesMs = [];
  }

  issue({ id }: NewEvent): void {
    this.#issuedAt.set(id, performance.now());
  }

  acknowledge(): void {
    // Arrival is what counts.
  }

  arrive(sink: string, id: string): void {
    if (sink !== LIVE_SINK) {
      this.elsewhere += 1;
      return;
    }
    const issuedAt = this.#issuedAt.get(id);
    if (issuedAt === undefined) return;
    this.#issuedAt.delete(id);
    this.latenciesMs.push(performance.now() - issuedAt);
  }
}
