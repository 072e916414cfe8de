/** A run of many scenarios, and its table. */
import { randomInt } from 'node:crypto';
import { judgeSeries } from '../oracle/series.ts';
import { verdictText } from '../oracle/verdict-text.ts';
import { printTable } from '../bench/figures.ts';
import { ensurePeers } from '../peers/debian-packages.ts';
import { type Rabbitmq, startRabbitmq } from '../peers/rabbitmq.ts';
import { type Repetition, repeat } from './repetition.ts';
import type { Scenario } from './scenario.ts';

/** How long and how often. */
export interface CampaignOptions {
  /** One repetition of each scenario, with this seed. */
  readonly seed?: number;
  /** Faults of each repetition, in place of the scenario's own number. */
  readonly faults?: number;
  /** Go round until this time is up; no repetition is begun after it. */
  readonly minutes?: number;
  /** Go round until {@link NIGHTLY} is reached. */
  readonly isNightly: boolean;
}

/** What a nightly run has to reach: kills of the broker, obligations of all scenarios together. */
const NIGHTLY = { kills: 200, obligations: 1_000_000 } as const;

const SEED_MAX = 1_000_000;

/** What is known of a scenario so far. */
interface Row {
  readonly scenario: Scenario;
  readonly repetitions: Repetition[];
  readonly seeds: number[];
  readonly failures: string[];
}

/** Runs them and prints the table; true when every promise was kept. */
export async function runCampaign(
  scenarios: readonly Scenario[],
  options: CampaignOptions,
): Promise<boolean> {
  ensurePeers(['rabbitmq', 'faults']);
  const rows = scenarios.map((scenario): Row => ({
    scenario,
    repetitions: [],
    seeds: [],
    failures: [],
  }));
  const isPossible = rows.filter(({ scenario }) => {
    const obstacle = scenario.obstacle?.();
    if (obstacle !== undefined) console.log(`${scenario.name}: left out, ${obstacle}`);
    return obstacle === undefined;
  });
  const startedAt = performance.now();
  const rabbitmq = await startRabbitmq();
  try {
    for (let round = 0; mustGoOn(round, isPossible, options, startedAt); round += 1) {
      await runRound(round, isPossible, rabbitmq, options, startedAt);
    }
  } finally {
    await rabbitmq.close();
  }
  return report(isPossible, performance.now() - startedAt);
}

async function runRound(
  round: number,
  rows: readonly Row[],
  rabbitmq: Rabbitmq,
  options: CampaignOptions,
  startedAt: number,
): Promise<void> {
  const isOnce = options.seed !== undefined || options.minutes !== undefined;
  for (const row of rows) {
    const { repetitions } = row.scenario;
    // A night is a number of usual runs; with a limit of time all come equally often.
    const due = options.isNightly ? repetitions : isOnce || round < repetitions ? 1 : 0;
    for (let index = 0; index < due && !isOver(options, startedAt); index += 1) {
      await runOnce(row, options.seed ?? randomInt(SEED_MAX), rabbitmq, options.faults);
    }
  }
}

async function runOnce(
  row: Row,
  seed: number,
  rabbitmq: Rabbitmq,
  faults: number | undefined,
): Promise<void> {
  const { scenario } = row;
  row.seeds.push(seed);
  const began = performance.now();
  try {
    const repetition = await repeat(scenario, seed, rabbitmq, faults);
    row.repetitions.push(repetition);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`${scenario.name}, seed ${seed}, ${seconds} s, ${repetition.events} events`);
    if (repetition.evidence !== undefined) {
      console.log(`${verdictText(repetition.verdict)}\nevidence: ${repetition.evidence}`);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    row.failures.push(why);
    console.log(`FAILED ${why}`);
    await mend(rabbitmq);
  }
}

/** A scenario that broke off may have left the server stopped, frozen or alarmed. */
async function mend(rabbitmq: Rabbitmq): Promise<void> {
  rabbitmq.resume();
  await rabbitmq.ctl('status').catch(() => rabbitmq.start());
  await rabbitmq.ctl('set_vm_memory_high_watermark', '0.4');
}

function isOver({ minutes }: CampaignOptions, startedAt: number): boolean {
  return minutes !== undefined && performance.now() - startedAt > minutes * 60_000;
}

function mustGoOn(
  round: number,
  rows: readonly Row[],
  options: CampaignOptions,
  startedAt: number,
): boolean {
  if (rows.length === 0) return false;
  if (options.seed !== undefined) return round < 1;
  if (options.minutes !== undefined) return !isOver(options, startedAt);
  if (!options.isNightly) {
    return rows.some(({ scenario }) => round < scenario.repetitions);
  }
  const kills = rows
    .filter(({ scenario }) => scenario.mustSeeDuplicates === true)
    .flatMap(({ repetitions }) => repetitions)
    .reduce((sum, { verdict }) => sum + verdict.disruptions, 0);
  const obligations = rows
    .flatMap(({ repetitions }) => repetitions)
    .reduce((sum, { verdict }) => sum + verdict.total.obligations, 0);
  return kills < NIGHTLY.kills || obligations < NIGHTLY.obligations;
}

function report(rows: readonly Row[], elapsedMs: number): boolean {
  const lines = rows.filter(({ seeds }) => seeds.length > 0).map(lineOf);
  const isKept = lines.every(({ kept }) => kept);
  printTable(
    `Faults: ${(elapsedMs / 60_000).toFixed(1)} minutes`,
    lines.map(({ line }) => line),
  );
  for (const { failures } of rows) for (const failure of failures) console.log(failure);
  console.log(isKept ? '\nThe promise was kept.' : '\nThe promise was BROKEN.');
  return isKept;
}

/** The figures of a scenario that never came to its end. */
const NOTHING = {
  repetitions: '0',
  disruptions: '',
  obligations: '',
  lost: '',
  strangers: '',
  'altered or out of order': '',
  duplicates: '',
  result: 'FAILED',
};

function lineOf({ scenario, repetitions, seeds, failures }: Row): {
  readonly line: Readonly<Record<string, string>>;
  readonly kept: boolean;
} {
  const head = { scenario: scenario.name, 'kind of fault': scenario.fault };
  const shown = seeds.length > 4 ? `${seeds.slice(0, 4).join(' ')} …` : seeds.join(' ');
  if (repetitions.length === 0) {
    return { line: { ...head, ...NOTHING, seeds: shown }, kept: false };
  }
  const verdicts = repetitions.map(({ verdict }) => verdict);
  const series = judgeSeries(verdicts, scenario.mustSeeDuplicates === true);
  const { total, violations, disruptions } = series;
  for (const { sink, text } of violations.filter(({ kind }) => kind === 'empty')) {
    console.log(`${scenario.name}: ${sink} ${text}`);
  }
  const kept = violations.length === 0 && failures.length === 0;
  return {
    kept,
    line: {
      ...head,
      repetitions: String(repetitions.length),
      disruptions: String(disruptions),
      obligations: total.obligations.toLocaleString('en'),
      lost: String(total.lost),
      strangers: String(total.strangers),
      'altered or out of order': String(total.altered + total.reordered),
      duplicates: `${total.duplicates} of ${total.duplicatesBound}`,
      result: kept ? 'kept' : 'BROKEN',
      seeds: shown,
    },
  };
}
