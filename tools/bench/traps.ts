/**
 * The benchmark of traps: ZeroMQ → journal → SNMP trap beside the same path written naively without
 * a journal. Both read the same messages and send to the same receiver; they take turns.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextReport, startProcess, stopProcesses } from './bench-process.ts';
import { median, printTable, rate } from './figures.ts';
import type { LegOrder, LegReport } from './leg.ts';
import { MACHINES } from './messages.ts';
import type { PublishOrder, PublishReport } from './publisher.ts';
import type { ReceiverOrder, ReceiverReport } from './trap-receiver.ts';

const ROUNDS = 6; // one warm-up, five that count
/** So many that the beginning and the end of a burst weigh little. */
const EVENTS = 6 * MACHINES;
const LEGS = ['durable', 'naive'] as const;
const LEG_FILES: Readonly<Record<LegName, URL>> = {
  durable: new URL('./durable-trap-leg.ts', import.meta.url),
  naive: new URL('./naive-trap-leg.ts', import.meta.url),
};

type LegName = (typeof LEGS)[number];

/** What a leg is told when it starts. */
export interface TrapLegSettings {
  /** The ZeroMQ address its events come from. */
  readonly endpoint: string;
  /** The receiver's UDP port on 127.0.0.1. */
  readonly port: number;
  /** A folder of its own. */
  readonly folder: string;
}

interface Round {
  readonly perSecond: number;
  /** Of the leg's process, all its threads. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly received: number;
  /** Of one datagram, on average. */
  readonly bytes: number;
}

/** The processes of a run. */
interface Cast {
  readonly publisher: ChildProcess;
  readonly receiver: ChildProcess;
  readonly legs: ReadonlyMap<LegName, ChildProcess>;
}

/** Runs all rounds and prints the table. */
export async function benchTraps(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-bench-'));
  const publisher = startProcess(new URL('./publisher.ts', import.meta.url));
  const receiver = startProcess(new URL('./trap-receiver.ts', import.meta.url));
  const legs = new Map<LegName, ChildProcess>();
  try {
    const { port } = await nextReport<ReceiverReport, 'bound'>(receiver, 'bound');
    publisher.send({ order: 'bind', legs: LEGS } satisfies PublishOrder);
    const { endpoints } = await nextReport<PublishReport, 'bound'>(publisher, 'bound');
    for (const name of LEGS) {
      const leg = startProcess(LEG_FILES[name]);
      legs.set(name, leg);
      const settings = { endpoint: endpoints[name] ?? '', port, folder: join(folder, name) };
      leg.send({ order: 'start', settings } satisfies LegOrder<TrapLegSettings>);
      await nextReport<LegReport, 'ready'>(leg, 'ready');
    }
    await compare({ publisher, receiver, legs });
  } finally {
    await stopProcesses([publisher, receiver, ...legs.values()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(cast: Cast): Promise<void> {
  const rounds = new Map<LegName, Round[]>(LEGS.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of LEGS) {
      const result = await runRound(name, cast);
      if (round > 0) rounds.get(name)?.push(result);
    }
  }
  const of = (name: LegName): readonly Round[] => rounds.get(name) ?? [];
  const middle = (name: LegName, pick: (round: Round) => number): number =>
    median(of(name).map(pick));
  const ratio = (name: LegName): number =>
    median(
      of(name).map(({ perSecond }, index) => perSecond / (of('naive')[index]?.perSecond ?? NaN)),
    );
  printTable(
    `Traps: ${String(EVENTS)} OpenNebula VM events a round, median of ${String(ROUNDS - 1)}`,
    LEGS.map((name) => ({
      leg: name,
      sent: rate(middle(name, ({ perSecond }) => perSecond)),
      'of naive': ratio(name).toFixed(2),
      'CPU per event': `${((middle(name, ({ cpuMs }) => cpuMs) / EVENTS) * 1000).toFixed(0)} µs`,
      received: `${((middle(name, ({ received }) => received) / EVENTS) * 100).toFixed(1)} %`,
      'bytes a trap': middle(name, ({ bytes }) => bytes).toFixed(0),
      RSS: `${(middle(name, ({ rssBytes }) => rssBytes) / 2 ** 20).toFixed(0)} MiB`,
    })),
  );
}

async function runRound(name: LegName, { publisher, receiver, legs }: Cast): Promise<Round> {
  const leg = legs.get(name);
  if (leg === undefined) throw new Error(`leg ${name} was not started`);
  const done = nextReport<LegReport, 'done'>(leg, 'done');
  const published = nextReport<PublishReport, 'published'>(publisher, 'published');
  const startedAt = process.hrtime.bigint();
  leg.send({ order: 'round', count: EVENTS } satisfies LegOrder<TrapLegSettings>);
  publisher.send({ order: 'burst', leg: name, count: EVENTS } satisfies PublishOrder);
  const [report] = await Promise.all([done, published]);
  const elapsedNs = Number(BigInt(report.at) - startedAt);
  receiver.send({ order: 'count' } satisfies ReceiverOrder);
  const counted = await nextReport<ReceiverReport, 'counted'>(receiver, 'counted');
  return {
    perSecond: EVENTS / (elapsedNs / 1e9),
    cpuMs: report.cpuMs,
    rssBytes: report.rssBytes,
    received: counted.datagrams,
    bytes: counted.bytes / counted.datagrams,
  };
}
