/** The pipeline benchmark: starts RabbitMQ, a publisher and the legs, and lets them take turns. */
import { connect } from 'amqplib';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRabbitmq, type Rabbitmq } from '../peers/rabbitmq.ts';
import { nextReport, startProcess, stopProcesses } from './bench-process.ts';
import { median, percentile, printTable, rate } from './figures.ts';
import type { LegOrder, LegReport } from './leg.ts';
import { MACHINES } from './messages.ts';
import type { PublishOrder, PublishReport } from './publisher.ts';
import { sampleNotification } from './sample-notification.ts';

const ROUNDS = 6; // one warm-up, five that count
const EVENTS = 4 * MACHINES;
const PACED_EVENTS = 2 * MACHINES;
/** Well below what any leg carries: latency, not the length of a queue. */
const PACE_PER_SECOND = 1_000;
const LEGS = ['durable', 'naive', 'amqplib'] as const;
const LEG_FILES: Readonly<Record<LegName, URL>> = {
  durable: new URL('./durable-leg.ts', import.meta.url),
  naive: new URL('./naive-leg.ts', import.meta.url),
  amqplib: new URL('./amqplib-leg.ts', import.meta.url),
};

type LegName = (typeof LEGS)[number];

interface Round {
  readonly perSecond: number;
  /** Of the leg's process, all its threads. */
  readonly cpuMs: number;
  /** Of the RabbitMQ server, from the first message of the round to its last confirm. */
  readonly serverCpuMs: number;
  readonly rssBytes: number;
}

/** Runs all rounds and prints the tables. */
export async function benchPipeline(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-bench-'));
  const rabbitmq = await startRabbitmq();
  const publisher = startProcess(new URL('./publisher.ts', import.meta.url));
  const legs = new Map<LegName, ChildProcess>();
  try {
    publisher.send({ order: 'bind', legs: LEGS } satisfies PublishOrder);
    const { endpoints } = await nextReport<PublishReport, 'bound'>(publisher, 'bound');
    for (const name of LEGS) {
      const leg = startProcess(LEG_FILES[name]);
      legs.set(name, leg);
      leg.send({
        order: 'start',
        settings: {
          endpoint: endpoints[name] ?? '',
          amqpUrl: rabbitmq.url,
          exchange: `bench-${name}`,
          queue: queueOf(name),
          body: sampleNotification(),
          folder: join(folder, name),
        },
      } satisfies LegOrder);
      await nextReport<LegReport, 'ready'>(leg, 'ready');
    }
    await throughput(rabbitmq, publisher, legs);
    await latency(rabbitmq.url, publisher, legs);
  } finally {
    await stopProcesses([publisher, ...legs.values()]);
    await rabbitmq.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function throughput(
  rabbitmq: Rabbitmq,
  publisher: ChildProcess,
  legs: ReadonlyMap<LegName, ChildProcess>,
): Promise<void> {
  const rounds = new Map<LegName, Round[]>(LEGS.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, leg] of legs) {
      const result = await runRound(name, leg, publisher, rabbitmq.pid());
      if (round > 0) rounds.get(name)?.push(result);
      await purge(rabbitmq.url, queueOf(name));
    }
  }
  const of = (name: LegName): readonly Round[] => rounds.get(name) ?? [];
  const middle = (name: LegName, pick: (round: Round) => number): number =>
    median(of(name).map(pick));
  // Within a round, seconds apart, the machine is the same; between rounds it may not be.
  const ratio = (name: LegName, base: LegName): string =>
    median(
      of(name).map(({ perSecond }, index) => perSecond / (of(base)[index]?.perSecond ?? NaN)),
    ).toFixed(2);
  const perEvent = (cpuMs: number): string => `${((cpuMs / EVENTS) * 1000).toFixed(0)} µs`;
  printTable(
    `Pipeline: ${String(EVENTS)} OpenNebula VM events a round, median of ${String(ROUNDS - 1)}`,
    LEGS.map((name) => ({
      leg: name,
      confirmed: rate(middle(name, ({ perSecond }) => perSecond)),
      'of amqplib': ratio(name, 'amqplib'),
      'of naive': ratio(name, 'naive'),
      'CPU per event': perEvent(middle(name, ({ cpuMs }) => cpuMs)),
      "RabbitMQ's": perEvent(middle(name, ({ serverCpuMs }) => serverCpuMs)),
      RSS: `${(middle(name, ({ rssBytes }) => rssBytes) / 2 ** 20).toFixed(0)} MiB`,
    })),
  );
}

async function runRound(
  name: LegName,
  leg: ChildProcess,
  publisher: ChildProcess,
  serverPid: number,
): Promise<Round> {
  const done = nextReport<LegReport, 'done'>(leg, 'done');
  // Every burst's report is taken here: Node keeps messages nobody listens for, and the next round
  // would be given them.
  const published =
    name === 'amqplib' ? undefined : nextReport<PublishReport, 'published'>(publisher, 'published');
  const serverBefore = cpuMsOf(serverPid);
  const startedAt = process.hrtime.bigint();
  leg.send({ order: 'round', count: EVENTS } satisfies LegOrder);
  if (published) {
    publisher.send({ order: 'burst', leg: name, count: EVENTS } satisfies PublishOrder);
  }
  const [report] = await Promise.all([done, published]);
  const elapsedNs = Number(BigInt(report.at) - startedAt);
  return {
    perSecond: EVENTS / (elapsedNs / 1e9),
    cpuMs: report.cpuMs,
    serverCpuMs: cpuMsOf(serverPid) - serverBefore,
    rssBytes: report.rssBytes,
  };
}

/** What the kernel has counted for a process: fields 14 and 15 of proc(5), in ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the third field on
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** From the moment an event is published to the moment a consumer of the queue has it. */
async function latency(
  url: string,
  publisher: ChildProcess,
  legs: ReadonlyMap<LegName, ChildProcess>,
): Promise<void> {
  const rows: Record<string, string>[] = [];
  for (const name of ['durable', 'naive'] as const) {
    const leg = legs.get(name);
    if (!leg) continue;
    const samples = await pacedRound(url, name, leg, publisher);
    const ms = (percent: number): string => `${percentile(samples, percent).toFixed(1)} ms`;
    rows.push({ leg: name, p50: ms(50), p90: ms(90), p99: ms(99), max: ms(100) });
  }
  printTable(`Latency from PUB to a consumer, ${rate(PACE_PER_SECOND)}`, rows);
}

async function pacedRound(
  url: string,
  name: LegName,
  leg: ChildProcess,
  publisher: ChildProcess,
): Promise<readonly number[]> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const arrivedAt = new Map<string, bigint[]>();
  const published = nextReport<PublishReport, 'published'>(publisher, 'published');
  const arrived = new Promise<void>((resolve) => {
    let count = 0;
    void channel.consume(
      queueOf(name),
      (message) => {
        const at = process.hrtime.bigint();
        const id = instanceId(message?.content.toString() ?? '');
        const times = arrivedAt.get(id);
        if (times) times.push(at);
        else arrivedAt.set(id, [at]);
        count += 1;
        if (count === PACED_EVENTS) resolve();
      },
      { noAck: true },
    );
  });
  const done = nextReport<LegReport, 'done'>(leg, 'done');
  leg.send({ order: 'round', count: PACED_EVENTS } satisfies LegOrder);
  publisher.send({
    order: 'pace',
    leg: name,
    count: PACED_EVENTS,
    perSecond: PACE_PER_SECOND,
  } satisfies PublishOrder);
  await Promise.all([arrived, done]);
  const report = await published;
  await connection.close();
  const first = BigInt(report.firstAt);
  return report.sentAt.map((sentNs, index) => {
    const at = arrivedAt.get(String(1 + (index % MACHINES)))?.[Math.floor(index / MACHINES)];
    return at === undefined ? NaN : (Number(at - first) - sentNs) / 1e6;
  });
}

function instanceId(body: string): string {
  return (
    /instance_id\\*": \\*"(\d+)/.exec(body)?.[1] ??
    /instance_id\\*":\\*"(\d+)/.exec(body)?.[1] ??
    ''
  );
}

function queueOf(name: LegName): string {
  return `bench-${name}.info`;
}

async function purge(url: string, queue: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.purgeQueue(queue);
  await connection.close();
}
