/**
 * `npm run soak -- --minutes 5`: half of what the broker can carry here, for a long time. Measures
 * the maximum first, then watches memory, descriptors and the journal's folder while events flow at
 * half of it. Exit code 1 where any of them grows, or an event is missing, altered or there twice.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { seededRandom, waitFor } from '@viaduct/testkit';
import { median, printTable, rate } from '../bench/figures.ts';
import { OpenBook } from '../oracle/open-book.ts';
import { startRabbitmq } from '../peers/rabbitmq.ts';
import { BrokerProcess } from './broker-process.ts';
import { type Cast, startCast } from './cast.ts';
import { configurationOf, type Plan } from './plan.ts';
import { folderBytes, processFigures } from './process-figures.ts';

/** The smallest that can be configured, so that retention has work from the first minutes on. */
const RETENTION_BYTES = 64 * 1024 * 1024;
const PLAN: Plan = {
  sources: ['nova'],
  sinks: ['bus', 'web'],
  claimMax: 1_024,
  journal: { retentionMs: 60_000, retentionBytes: RETENTION_BYTES, dedupeWindowMs: 30_000 },
};

const MEASURED_EVENTS = 20_000;
const MEASURED_ROUNDS = 3;
const SAMPLE_MS = 5_000;
const SETTLE_TIMEOUT_MS = 300_000;

/** How much the last fifth of the samples may be above the second: noise of collection. */
const RSS_GROWTH_MAX = 0.15;
const DESCRIPTORS_GROWTH_MAX = 5;
/** What is owed and what is being written may lie above the limit of what is kept. */
const FOLDER_BYTES_MAX = 2 * RETENTION_BYTES;

interface Sample {
  readonly rssBytes: number;
  readonly descriptors: number;
  readonly folderBytes: number;
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
process.exitCode = (await soak(Number(values.minutes))) ? 0 : 1;

async function soak(minutes: number): Promise<boolean> {
  const rabbitmq = await startRabbitmq();
  const book = new OpenBook();
  const cast = await startCast(PLAN, rabbitmq, book, seededRandom(1));
  const broker = new BrokerProcess(configurationOf(PLAN, cast.addresses));
  try {
    await broker.start();
    await broker.connected([...PLAN.sources, ...PLAN.sinks]);
    for (const collector of cast.collectors) await collector.collect();
    const perSecond = (await maximumOf(cast, book)) / 2;
    console.log(`half of the maximum: ${rate(perSecond)}, for ${minutes} minutes`);
    const samples = await flow(cast, broker, perSecond, minutes * 60_000);
    await untilSettled(book);
    return report(samples, book, perSecond);
  } finally {
    await broker.stop();
    await cast.close();
    await rabbitmq.close();
  }
}

/** Events a second from publishing to the last arrival; the first round only warms up. */
async function maximumOf(cast: Cast, book: OpenBook): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < MEASURED_ROUNDS; round += 1) {
    const startedAt = performance.now();
    await cast.nova?.issue(MEASURED_EVENTS);
    await untilSettled(book);
    rates.push((MEASURED_EVENTS * 1000) / (performance.now() - startedAt));
  }
  return median(rates.slice(1));
}

async function flow(
  cast: Cast,
  broker: BrokerProcess,
  perSecond: number,
  durationMs: number,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const stop = new AbortController();
  const flowing = cast.nova?.flow(perSecond, stop.signal);
  const end = performance.now() + durationMs;
  while (performance.now() < end) {
    await delay(SAMPLE_MS);
    const { rssBytes, descriptors } = processFigures(broker.pid);
    samples.push({ rssBytes, descriptors, folderBytes: folderBytes(join(broker.folder, 'data')) });
  }
  stop.abort();
  await flowing;
  return samples;
}

async function untilSettled(book: OpenBook): Promise<void> {
  await waitFor(() => book.open === 0, {
    timeoutMs: SETTLE_TIMEOUT_MS,
    what: 'everything that is owed',
  });
}

function report(samples: readonly Sample[], book: OpenBook, perSecond: number): boolean {
  const fifth = Math.max(1, Math.floor(samples.length / 5));
  const early = samples.slice(fifth, 2 * fifth);
  const late = samples.slice(-fifth);
  const of = (part: readonly Sample[], name: keyof Sample): number =>
    median(part.map((sample) => sample[name]));
  const rssGrowth = of(late, 'rssBytes') / of(early, 'rssBytes') - 1;
  const descriptorGrowth = of(late, 'descriptors') - of(early, 'descriptors');
  const folderMost = Math.max(...samples.map(({ folderBytes: bytes }) => bytes));
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const line = (name: keyof Sample, show: (value: number) => string) => ({
    early: show(of(early, name)),
    late: show(of(late, name)),
    most: show(Math.max(...samples.map((sample) => sample[name]))),
  });
  printTable(`Soak: ${book.issued.toLocaleString('en')} events at ${rate(perSecond)}`, [
    { figure: 'memory (RSS)', ...line('rssBytes', mebibytes) },
    { figure: 'descriptors', ...line('descriptors', String) },
    { figure: 'journal folder', ...line('folderBytes', mebibytes) },
  ]);
  const findings = [
    [rssGrowth > RSS_GROWTH_MAX, `memory grew by ${(rssGrowth * 100).toFixed(0)} %`],
    [descriptorGrowth > DESCRIPTORS_GROWTH_MAX, `${descriptorGrowth} more descriptors are open`],
    [folderMost > FOLDER_BYTES_MAX, `the journal took ${mebibytes(folderMost)}`],
    [book.straysTotal > 0, `${book.straysTotal} strays: ${JSON.stringify(book.strays)}`],
  ] as const;
  const wrong = findings.filter(([isWrong]) => isWrong).map(([, text]) => text);
  console.log(wrong.length === 0 ? '\nNothing grew, nothing was lost.' : `\n${wrong.join('\n')}`);
  return wrong.length === 0;
}
