import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { within } from '@viaduct/testkit';
import type { Verdict } from '../oracle/judge.ts';
import type { Ledger } from '../oracle/ledger.ts';
import type { Rabbitmq } from '../peers/rabbitmq.ts';
import { buildRig, type Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';

/** Issued by each producer after the last fault; enough that each sink is owed some. */
const FRESH_EVENTS = 40;

/** A repetition takes seconds, on a busy machine minutes; a burst on one perhaps ten. */
const REPETITION_TIMEOUT_MS = 1_200_000;

/** So long without a single arrival means that what is open will not come. */
const STALL_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** After the broker has stopped: so long without an arrival means that all was read. */
const QUIET_MS = 500;

/** What one repetition came to. */
export interface Repetition {
  readonly verdict: Verdict;
  /** Events that a peer acknowledged. */
  readonly events: number;
  /** Where history and log lie, when the promise was broken. */
  readonly evidence?: string;
}

/** Runs a scenario once, judges it, and keeps the evidence where the promise was broken. */
export async function repeat(
  scenario: Scenario,
  seed: number,
  rabbitmq: Rabbitmq,
  faults: number = scenario.faults ?? 1,
): Promise<Repetition> {
  const rig = await buildRig(scenario.plan, seed, faults, rabbitmq);
  try {
    const whole = scenario.run(rig).then(() => heal(rig));
    await within(whole, REPETITION_TIMEOUT_MS, 'the repetition');
    const verdict = rig.ledger.judge();
    const events = rig.ledger.acknowledged;
    if (verdict.violations.length === 0) return { verdict, events };
    return { verdict, events, evidence: keepEvidence(scenario, rig) };
  } catch (error) {
    const evidence = keepEvidence(scenario, rig);
    const why = textOf(error);
    throw new Error(`${scenario.name}, seed ${seed}: ${why} (see ${evidence})`, { cause: error });
  } finally {
    await rig.close();
  }
}

/** An error with what led to it. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${textOf(error.cause)}`;
}

/** Fresh events, everything that is owed, a clean stop, and all that is left to read. */
async function heal({ ledger, broker, producers, collectors }: Rig): Promise<void> {
  ledger.healed();
  for (const producer of producers) await producer.issue(FRESH_EVENTS);
  for (const collector of collectors) await collector.collect();
  const confirmed = collectors.filter(({ terms }) => terms.confirmed).map(({ sink }) => sink);
  await untilMetOrStalled(ledger, confirmed);
  await broker.stop();
  for (let before = -1; before !== ledger.arrivals;) {
    before = ledger.arrivals;
    await delay(QUIET_MS);
  }
}

/** The verdict tells which it was. */
async function untilMetOrStalled(ledger: Ledger, sinks: readonly string[]): Promise<void> {
  let arrivals = ledger.arrivals;
  let changedAt = performance.now();
  while (ledger.open(sinks) > 0 && performance.now() - changedAt < STALL_MS) {
    await delay(LOOK_EVERY_MS);
    if (ledger.arrivals === arrivals) continue;
    arrivals = ledger.arrivals;
    changedAt = performance.now();
  }
}

function keepEvidence({ name }: Scenario, { seed, ledger, broker }: Rig): string {
  const folder = join(tmpdir(), 'viaduct-faults', `${name}-${seed}`);
  mkdirSync(folder, { recursive: true });
  const lines = ledger.history.map((record) => JSON.stringify(record));
  writeFileSync(join(folder, 'history.jsonl'), `${lines.join('\n')}\n`);
  copyFileSync(join(broker.folder, 'broker.log'), join(folder, 'broker.log'));
  copyFileSync(join(broker.folder, 'viaduct.yaml'), join(folder, 'viaduct.yaml'));
  return folder;
}
