/** Live traffic, alone and while everything that is stored is replayed into a new sink. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from '../faults/plan.ts';
import type { Rabbitmq } from '../peers/rabbitmq.ts';
import { median, printTable } from './figures.ts';
import { type LatencyFigures, latencyFigures, type LiveLeg, startLiveLeg } from './live-leg.ts';

const run = promisify(execFile);
const BIN = join(import.meta.dirname, '../../apps/broker/bin/viaduct.js');

/** What "a day" holds here. */
const STORED_EVENTS = 50_000;
const ROUNDS = 5;
/** Long enough for all of a replay: its look at what is stored, and its writing. */
const PACED_EVENTS = 6_000;
const PACED_PER_SECOND = 500;
/** What the command does unless it is told otherwise. */
const REPLAYED_PER_SECOND = 200;
const CLAIM_MAX = 1_024;

const PLAN: Plan = { sources: ['nova'], sinks: ['bus', 'web'], claimMax: CLAIM_MAX };

/** Stores events that only `bus` is owed, then replays them into `web`, which had none of them. */
export async function benchReplay(rabbitmq: Rabbitmq): Promise<void> {
  const leg = await startLiveLeg(PLAN, rabbitmq, (configuration) => {
    configuration.routes = [{ from: PLAN.sources, to: 'bus' }];
  });
  try {
    await leg.throughput(STORED_EVENTS);
    const alone: LatencyFigures[] = [];
    const during: LatencyFigures[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(latencyFigures(await leg.latencies(PACED_EVENTS, PACED_PER_SECOND)));
      during.push(await besideReplay(leg));
    }
    print(alone, during);
    console.log(`\n${leg.elsewhere()} events were replayed meanwhile`);
  } finally {
    await leg.close();
  }
}

async function besideReplay(leg: LiveLeg): Promise<LatencyFigures> {
  const stop = new AbortController();
  const replay = replayAll(leg, stop.signal);
  const measured = latencyFigures(await leg.latencies(PACED_EVENTS, PACED_PER_SECOND));
  if (replay.hasEnded()) throw new Error('the replay ended before the measurement: store more');
  stop.abort();
  await replay.ended;
  return measured;
}

interface Replay {
  readonly ended: Promise<unknown>;
  hasEnded(): boolean;
}

/** `viaduct replay` against the running broker; once more what was sent before. */
function replayAll({ broker }: LiveLeg, signal: AbortSignal): Replay {
  let isOver = false;
  const args = [
    ...['--conditions=@viaduct/source', BIN, 'replay'],
    ...['--config', join(broker.folder, 'viaduct.yaml')],
    ...['--from', '1d', '--sink', 'web', '--force', '--all-states', '--again'],
    '--yes',
  ];
  const ended = run(process.execPath, args, { signal }).then(
    () => (isOver = true),
    (error: unknown) => {
      isOver = true;
      if (!signal.aborted) throw error;
    },
  );
  return { ended, hasEnded: () => isOver };
}

function print(alone: readonly LatencyFigures[], during: readonly LatencyFigures[]): void {
  const middle = (rounds: readonly LatencyFigures[], name: keyof LatencyFigures): number =>
    median(rounds.map((round) => round[name]));
  const ratio = (name: keyof LatencyFigures): string =>
    median(during.map((round, index) => round[name] / (alone[index]?.[name] ?? NaN))).toFixed(2);
  const row = (traffic: string, rounds: readonly LatencyFigures[]) => ({
    traffic,
    p50: `${middle(rounds, 'p50').toFixed(1)} ms`,
    p99: `${middle(rounds, 'p99').toFixed(1)} ms`,
  });
  printTable(
    `Live traffic at ${PACED_PER_SECOND}/s while ${STORED_EVENTS} events are replayed at ` +
      `${REPLAYED_PER_SECOND}/s, median of ${ROUNDS}`,
    [
      row('alone', alone),
      row('beside the replay', during),
      { traffic: 'ratio', p50: ratio('p50'), p99: ratio('p99') },
    ],
  );
}
