/** Live traffic, alone and while everything that is stored is replayed into a new sink. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitFor } from '@viaduct/testkit';
import type { Plan } from '../faults/plan.ts';
import type { Rabbitmq } from '../peers/rabbitmq.ts';
import { median, printTable } from './figures.ts';
import { type LatencyFigures, latencyFigures, type LiveLeg, startLiveLeg } from './live-leg.ts';

/** What "a day" holds here. */
const STORED_EVENTS = 50_000;
const ROUNDS = 4;
const PACED_EVENTS = 4_000;
const PACED_PER_SECOND = 500;
/** What the command does unless it is told otherwise. */
const REPLAYED_PER_SECOND = 200;
const CLAIM_MAX = 1_024;
/** Longest look at all that is stored. */
const LOOK_TIMEOUT_MS = 300_000;

const PLAN: Plan = { sources: ['nova'], sinks: ['bus', 'web'], claimMax: CLAIM_MAX };

/** What a replay does at the moment, as the broker tells it. */
type Phase = 'scanning' | 'writing';

/** Stores events that only `bus` is owed, then replays them into `web`, which had none of them. */
export async function benchReplay(rabbitmq: Rabbitmq): Promise<void> {
  const leg = await startLiveLeg(PLAN, rabbitmq, (configuration) => {
    configuration.routes = [{ from: PLAN.sources, to: 'bus' }];
  });
  const rounds: Record<'alone' | Phase, LatencyFigures[]> = {
    alone: [],
    scanning: [],
    writing: [],
  };
  try {
    await leg.throughput(STORED_EVENTS);
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.alone.push(await measure(leg));
      const replay = await startReplay(leg);
      for (const phase of ['scanning', 'writing'] as const) {
        await replay.reached(phase);
        rounds[phase].push(await measure(leg));
        if (replay.phase() !== phase) throw new Error(`it was over ${phase}: store more events`);
      }
      replay.stop();
    }
    print(rounds);
    console.log(`\n${leg.elsewhere()} events were replayed meanwhile`);
  } finally {
    await leg.close();
  }
}

async function measure(leg: LiveLeg): Promise<LatencyFigures> {
  return latencyFigures(await leg.latencies(PACED_EVENTS, PACED_PER_SECOND));
}

interface Replay {
  phase(): Phase | 'over' | undefined;
  reached(phase: Phase): Promise<unknown>;
  stop(): void;
}

/**
 * What `viaduct replay` asks of a running broker, without the start of a process beside it: on a
 * machine of two cores that would be felt, too, and is no part of a replay.
 */
async function startReplay({ broker }: LiveLeg): Promise<Replay> {
  const body = JSON.stringify({
    ...{ from: 0, to: Date.now(), sinks: ['web'], force: true, allStates: true, again: true },
    ratePerSecond: REPLAYED_PER_SECOND,
  });
  const asked = request({
    socketPath: join(broker.folder, 'data/admin.sock'),
    method: 'POST',
    path: '/api/v1/replay',
    headers: { 'content-type': 'application/json' },
  });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let phase: Phase | 'over' | undefined;
  const lines = createInterface({ input: answer });
  // Whoever stops it hangs up.
  lines.on('error', () => (phase = 'over'));
  lines.on('line', (line) => {
    const { kind } = JSON.parse(line) as { readonly kind: string };
    if (kind === 'scanning' || kind === 'writing') phase = kind;
    else if (kind !== 'plan') phase = 'over';
  });
  return {
    phase: () => phase,
    reached: (wanted) =>
      waitFor(() => phase === wanted, { what: wanted, timeoutMs: LOOK_TIMEOUT_MS }),
    stop: () => asked.destroy(),
  };
}

function print(rounds: Readonly<Record<'alone' | Phase, readonly LatencyFigures[]>>): void {
  const row = (traffic: string, name: 'alone' | Phase) => {
    const figure = (which: keyof LatencyFigures): string => {
      const ratios = rounds[name].map(
        (round, i) => round[which] / (rounds.alone[i]?.[which] ?? NaN),
      );
      const middle = median(rounds[name].map((round) => round[which]));
      return `${middle.toFixed(1)} ms (${median(ratios).toFixed(2)})`;
    };
    return { traffic, 'p50 (of alone)': figure('p50'), 'p99 (of alone)': figure('p99') };
  };
  printTable(
    `Live traffic at ${PACED_PER_SECOND}/s while ${STORED_EVENTS} events are replayed at ` +
      `${REPLAYED_PER_SECOND}/s, median of ${ROUNDS}`,
    [
      row('alone', 'alone'),
      row('beside its look at what is stored', 'scanning'),
      row('beside its writing', 'writing'),
    ],
  );
}
