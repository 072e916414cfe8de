/** One repetition: a real broker between real peers, and the oracle around it all. */
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@viaduct/testkit';
import { Ledger } from '../oracle/ledger.ts';
import type { Rabbitmq } from '../peers/rabbitmq.ts';
import { BrokerProcess, type StartOptions } from './broker-process.ts';
import { type Cast, startCast } from './cast.ts';
import { configurationOf, type Plan, sinkId } from './plan.ts';

/** What a scenario works with. */
export interface Rig extends Cast {
  readonly plan: Plan;
  readonly seed: number;
  /** Faults that this repetition is to make, where the scenario counts them. */
  readonly faults: number;
  readonly ledger: Ledger;
  readonly broker: BrokerProcess;
  /** Numbers in [0, 1) that follow from the seed. */
  readonly random: () => number;
  /** A whole number from `least` up to `most`. */
  whole(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** Pauses for a time between the two, milliseconds. */
  pause(leastMs: number, mostMs: number): Promise<void>;
  /** Lets events flow, about so many a second from each producer, while faults are made. */
  whileFlowing(perSecond: number, faults: () => Promise<void>): Promise<void>;
  /** Starts the broker and waits until it is connected to everything. */
  startBroker(options?: StartOptions): Promise<void>;
  /** These sinks (all of them, where none is named) may now send again what was not settled. */
  disrupted(what: string, sinks?: readonly string[]): void;
  /** Waits until the queue behind `bus` holds so many more messages than now. */
  progressed(messages: number): Promise<void>;
  /** Done when the repetition is over and the broker is gone; the last first. */
  defer(undo: () => Promise<unknown>): void;
}

const PROGRESS_TIMEOUT_MS = 120_000;

/** Each look is a connection of its own. */
const LOOK_EVERY_MS = 200;

/** Every producer that is left behind by a slow machine must come to its end all the same. */
const FLOW_END_TIMEOUT_MS = 180_000;

/** Starts the peers and prepares the broker, without starting it. */
export async function buildRig(
  plan: Plan,
  seed: number,
  faults: number,
  rabbitmq: Rabbitmq,
): Promise<Rig> {
  const deferred: (() => Promise<unknown>)[] = [];
  const random = seededRandom(seed);
  const ledger = new Ledger();
  const cast = await startCast(plan, rabbitmq, ledger, seededRandom(seed + 1));
  const broker = new BrokerProcess(configurationOf(plan, cast.addresses));
  const sinks = cast.collectors.map(({ sink }) => sink);
  ledger.agree(Object.fromEntries(cast.collectors.map(({ sink, terms }) => [sink, terms])));
  const whole = (least: number, most: number): number =>
    least + Math.floor(random() * (most - least + 1));
  return {
    ...cast,
    plan,
    seed,
    faults,
    ledger,
    broker,
    random,
    whole,
    pick: <T>(list: readonly T[]): T => list[whole(0, list.length - 1)] as T,
    pause: async (leastMs, mostMs) => {
      await delay(leastMs + random() * (mostMs - leastMs));
    },
    whileFlowing: (perSecond, make) => flowWhile(cast, perSecond, make),
    startBroker: async (options) => {
      await broker.start(options);
      await broker.connected([...plan.sources, ...plan.sinks.map(sinkId)]);
    },
    disrupted: (what, which = sinks) => ledger.disrupt(what, which),
    progressed: (messages) => untilProgress(cast, messages),
    defer: (undo) => void deferred.push(undo),
    close: async () => {
      await broker.kill();
      for (const undo of deferred.reverse()) await undo();
      await cast.close();
    },
  };
}

async function untilProgress({ bus }: Cast, messages: number): Promise<void> {
  const wanted = (await bus.waiting()) + messages;
  const deadline = performance.now() + PROGRESS_TIMEOUT_MS;
  for (let waiting = 0; waiting < wanted; waiting = await bus.waiting()) {
    if (performance.now() > deadline) {
      throw new Error(`${waiting} messages on the bus, ${wanted} expected: nothing flows any more`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

async function flowWhile(
  { producers }: Cast,
  perSecond: number,
  make: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const flows = producers.map((producer) => producer.flow(perSecond, stop.signal));
  try {
    await make();
  } finally {
    stop.abort();
  }
  await Promise.race([
    Promise.all(flows),
    delay(FLOW_END_TIMEOUT_MS, undefined, { ref: false }).then(() => {
      throw new Error('a producer got no answer although the faults are over');
    }),
  ]);
}
