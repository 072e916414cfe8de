/** A live AMQP sink, alone and beside an SNMP manager that answers nothing. */
import type { Plan } from '../faults/plan.ts';
import type { Rabbitmq } from '../peers/rabbitmq.ts';
import { median, printTable, rate } from './figures.ts';
import { type LatencyFigures, latencyFigures, type LiveLeg, startLiveLeg } from './live-leg.ts';

const ROUNDS = 9; // one warm-up, eight that count
const EVENTS = 10_000;
const PACED_EVENTS = 3_000;
const PACED_PER_SECOND = 500;
const CLAIM_MAX = 1_024;

const ALONE: Plan = { sources: ['nova'], sinks: ['bus'], claimMax: CLAIM_MAX };
const BESIDE: Plan = { sources: ['nova'], sinks: ['bus', 'nms'], claimMax: CLAIM_MAX };

interface Round extends LatencyFigures {
  readonly perSecond: number;
}

/** Runs all rounds and prints the table. Every event is owed to the dead sink too. */
export async function benchDeadSink(rabbitmq: Rabbitmq): Promise<void> {
  const alone = await startLiveLeg(ALONE, rabbitmq);
  const beside = await startLiveLeg(BESIDE, rabbitmq, (configuration) => {
    configuration.routes = [{ from: BESIDE.sources, to: BESIDE.sinks }];
  });
  beside.cast.nms.isSilent = true;
  const rounds = new Map<LiveLeg, Round[]>([
    [alone, []],
    [beside, []],
  ]);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      // Whoever comes second finds caches and disks in another state: they take turns in that too.
      const turns = round % 2 === 0 ? [...rounds] : [...rounds].reverse();
      for (const [leg, results] of turns) {
        const perSecond = await leg.throughput(EVENTS);
        const latencies = await leg.latencies(PACED_EVENTS, PACED_PER_SECOND);
        if (round > 0) results.push({ perSecond, ...latencyFigures(latencies) });
      }
    }
  } finally {
    await alone.close();
    await beside.close();
  }
  print(rounds.get(alone) ?? [], rounds.get(beside) ?? []);
}

function print(alone: readonly Round[], beside: readonly Round[]): void {
  const middle = (rounds: readonly Round[], name: keyof Round): number =>
    median(rounds.map((round) => round[name]));
  const ratio = (name: keyof Round): string =>
    median(beside.map((round, index) => round[name] / (alone[index]?.[name] ?? NaN))).toFixed(2);
  const row = (leg: string, rounds: readonly Round[]) => ({
    leg,
    arrived: rate(middle(rounds, 'perSecond')),
    p50: `${middle(rounds, 'p50').toFixed(1)} ms`,
    p99: `${middle(rounds, 'p99').toFixed(1)} ms`,
  });
  printTable(
    `A live sink beside a dead one: ${EVENTS} events a round, median of ${ROUNDS - 1}; ` +
      `latency at ${PACED_PER_SECOND}/s`,
    [
      row('alone', alone),
      row('beside a dead inform target', beside),
      { leg: 'ratio', arrived: ratio('perSecond'), p50: ratio('p50'), p99: ratio('p99') },
    ],
  );
}
