/**
 * A short run of the faults with every test run: ten kills, and one of each that is cheap. The long
 * ones are `npm run test:faults`. A seed that fails here replays there:
 * `npm run test:faults -- --scenario NAME --seed N`.
 */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepClock } from '../faults/clock-faults.ts';
import { failingDisk, fullDisk } from '../faults/disk-faults.ts';
import { killAtSyscall, killBroker, stopBroker } from '../faults/kills.ts';
import { cutFrames, cutNetwork, halfOpen } from '../faults/network-faults.ts';
import { burst, crashHooks, garbage, hangWebhook, loseManager } from '../faults/peer-faults.ts';
import { alarmRabbitmq, deleteQueue, killRabbitmq } from '../faults/rabbitmq-faults.ts';
import { reloadConfiguration } from '../faults/reload-faults.ts';
import { repeat } from '../faults/repetition.ts';
import type { Scenario } from '../faults/scenario.ts';
import type { Verdict } from '../oracle/judge.ts';
import { judgeSeries } from '../oracle/series.ts';
import { verdictText } from '../oracle/verdict-text.ts';
import { ensurePeers } from '../peers/debian-packages.ts';
import { type Rabbitmq, startRabbitmq } from '../peers/rabbitmq.ts';
import { requirePeer } from '../peers/started.ts';

requirePeer('rabbitmq');

/** Long for a slow machine that does other things too. */
const TIMEOUT_MS = 600_000;

/** Repetitions after which kills that made no duplicate are no accident. */
const SERIES_MAX = 8;

let rabbitmq: Rabbitmq;

beforeAll(async () => {
  ensurePeers(['rabbitmq', 'faults']);
  rabbitmq = await startRabbitmq();
}, TIMEOUT_MS);

afterAll(() => rabbitmq.close(), TIMEOUT_MS);

/** Runs a scenario once with a seed of its own, and prints both. */
async function verdictOf(scenario: Scenario, faults?: number): Promise<Verdict> {
  const seed = randomInt(1_000_000);
  console.log(`${scenario.name}: seed ${String(seed)}`);
  const { verdict, evidence } = await repeat(scenario, seed, rabbitmq, faults);
  const text = verdictText(verdict);
  console.log(text);
  expect(verdict.violations, `${text}\n${evidence ?? ''}`).toEqual([]);
  return verdict;
}

function hasSeenDuplicates(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ total }) => total.duplicates > 0);
}

describe('a broker that is killed', () => {
  it(
    'loses nothing in ten kills at random moments and system calls, and the oracle saw duplicates',
    async () => {
      const verdicts = [await verdictOf(killBroker, 6), await verdictOf(killAtSyscall, 4)];
      // On a fast and idle machine ten may all miss the moments that matter.
      while (!hasSeenDuplicates(verdicts) && verdicts.length < SERIES_MAX) {
        verdicts.push(await verdictOf(killBroker));
      }
      expect(judgeSeries(verdicts, true).violations).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'sends nothing twice when it is stopped in good order',
    () => verdictOf(stopBroker, 2),
    TIMEOUT_MS,
  );
});

describe('a broker keeps its promise through', () => {
  const cases: readonly (readonly [string, Scenario, number?])[] = [
    ['a RabbitMQ that is killed and started again', killRabbitmq, 1],
    ['a memory alarm of RabbitMQ', alarmRabbitmq],
    ['a queue that is deleted and made again', deleteQueue],
    ['connections that are reset', cutNetwork, 4],
    ['connections that end within a frame', cutFrames, 2],
    ['connections that carry nothing any more', halfOpen],
    ['a manager that is away or silent', loseManager, 1],
    ['a receiver that hangs, resets or is unavailable', hangWebhook],
    ['hooks that crash', crashHooks],
    ['writes and syncs that fail', failingDisk, 1],
    ['steps of the clock', stepClock, 3],
    ['reloads under load', reloadConfiguration, 4],
    ['garbage at its source', garbage, 60],
    ['a burst', burst, 5_000],
  ];

  for (const [title, scenario, faults] of cases) {
    it(
      title,
      async () => {
        await verdictOf(scenario, faults);
      },
      TIMEOUT_MS,
    );
  }

  it(
    'a disk that is full for a while, where a disk can be mounted',
    async () => {
      const obstacle = fullDisk.obstacle?.();
      if (obstacle === undefined) await verdictOf(fullDisk);
      else console.log(`left out: ${obstacle}`);
    },
    TIMEOUT_MS,
  );
});
