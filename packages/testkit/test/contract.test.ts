import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import { startVitest, type CliOptions } from 'vitest/node';

/** As in the configuration of the repository: source is tested, not the build. */
const conditions = ['@viaduct/source', 'node', 'module', 'development|production'];
const SOURCES = { ssr: { resolve: { conditions, externalConditions: ['@viaduct/source'] } } };

const OPTIONS: CliOptions = {
  root: join(import.meta.dirname, 'contract'),
  config: false,
  include: ['*.suite.ts'],
  execArgv: ['--conditions=@viaduct/source'],
  watch: false,
  silent: true,
  reporters: [{}],
  cache: false,
};

/** By contract: the cases that failed. */
const failed = new Map<string, string[]>();
const skipped: string[] = [];

// One run of good and of spoiled adapters through the contracts.
beforeAll(async () => {
  const exitCode = process.exitCode;
  const vitest = await startVitest([], OPTIONS, SOURCES);
  for (const module of vitest.state.getTestModules()) {
    for (const suite of module.children.suites()) {
      const name = suite.name;
      const failures: string[] = [];
      for (const each of suite.children.allTests()) {
        const { state } = each.result();
        if (state === 'failed') failures.push(each.name);
        if (state === 'skipped') skipped.push(`${name}: ${each.name}`);
      }
      failed.set(name, failures);
    }
  }
  await vitest.close();
  process.exitCode = exitCode; // the failures were wanted
}, 120_000);

describe('the contract of a source', () => {
  test('is kept by one that keeps it', () => {
    expect(failed.get('source contract: honest')).toEqual([]);
  });

  test.each([
    ['undeclared redelivery', 'redelivers what was not settled, if and only if declared'],
    ['undeclared redelivery', 'redelivers what was rejected for a retry, if and only if declared'],
    ['leaves a timer', 'closes twice after it was opened'],
    ['gives everything twice', 'delivers all that was published, in the declared order'],
    ['loses the order', 'delivers all that was published, in the declared order'],
    ['gives empty batches', 'ends deliveries when aborted'],
    ['connects whatever the signal says', 'refuses to connect with an aborted signal'],
    ['closes once only', 'closes before it was opened, and twice'],
  ])('catches one that %s: %s', (name, contractCase) => {
    expect(failed.get(`source contract: ${name}`)).toContain(contractCase);
  });
});

describe('the contract of a sink', () => {
  test('is kept by one that keeps it', () => {
    expect(failed.get('sink contract: honest')).toEqual([]);
  });

  test.each([
    ['calls sent what is to be confirmed', 'sends parcels in order, one outcome for each'],
    ['gives one outcome for all', 'sends parcels in order, one outcome for each'],
    ['hides that it was lost', 'says that the connection was lost'],
    [
      'forgets to listen no longer',
      'listens to the signal of a send a few times, and no longer than it lasts',
    ],
    [
      'listens for each parcel',
      'listens to the signal of a send a few times, and no longer than it lasts',
    ],
  ])('catches one that %s: %s', (name, contractCase) => {
    expect(failed.get(`sink contract: ${name}`)).toContain(contractCase);
  });
});

test('what is skipped says why', () => {
  expect(skipped.length).toBeGreaterThan(0);
  for (const line of skipped) expect(line).toMatch(/\(skipped: .{15,}\)$/);
});
