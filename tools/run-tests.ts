import { createVitest, startVitest, type TestCase, type Vitest } from 'vitest/node';
import allowedSkips from './allowed-skips.json' with { type: 'json' };
import { ensurePeers } from './peers/debian-packages.ts';

/** A skip that is known and excused: `file > suite > test`, and why. */
interface AllowedSkip {
  readonly test: string;
  readonly reason: string;
}

/** What became of a run. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

/** How long after the last line the process may take to end by itself. */
const EXIT_TIMEOUT_MS = 10_000;

// `npm test -- FILTER…`: what is given narrows the run to the files whose path contains it.
const filters = process.argv.slice(2);
if (!(await runTests(filters))) process.exitCode = 1;
// What a test left open must not keep the whole run from ending.
setTimeout(() => process.exit(), EXIT_TIMEOUT_MS).unref();

/** Runs the tests and prints their counts as the last line; true when all is well. */
async function runTests(filters: readonly string[]): Promise<boolean> {
  const withPeers = process.env.VIADUCT_PEERS !== 'off';
  if (withPeers && filters.length === 0 && !peersAreThere()) return false;
  const leftOut = withPeers ? undefined : await peerTests(filters);
  const vitest = await startVitest([...filters], {
    watch: false,
    passWithNoTests: true,
    ...(withPeers ? {} : { project: ['unit'] }),
  });
  const counts = count(vitest);
  await vitest.close();
  const unexcused = unexcusedSkips(counts.skipped);
  for (const test of unexcused) {
    console.error(`skipped without a reason in tools/allowed-skips.json: ${test}`);
  }
  if (leftOut !== undefined) console.log(leftOut);
  const skipped = counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : '';
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return counts.failed === 0 && counts.passed > 0 && unexcused.length === 0;
}

function peersAreThere(): boolean {
  try {
    ensurePeers();
    return true;
  } catch (error) {
    console.error((error as Error).message);
    return false;
  }
}

/** How many tests VIADUCT_PEERS=off leaves out, read from the files without running them. */
async function peerTests(filters: readonly string[]): Promise<string> {
  const vitest = await createVitest({ watch: false, project: ['peer'] });
  const files = await vitest.globTestSpecifications([...filters]);
  const modules = await vitest.parseSpecifications(files);
  const tests = modules.reduce((sum, module) => sum + [...module.children.allTests()].length, 0);
  await vitest.close();
  return `VIADUCT_PEERS=off left out ${tests} tests against real peers (files: ${modules.length})`;
}

function count(vitest: Vitest): Counts {
  let passed = 0;
  let failed = vitest.state.getUnhandledErrors().length;
  const skipped: string[] = [];
  for (const module of vitest.state.getTestModules()) {
    const before = failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'skipped') skipped.push(nameOf(test));
      else failed += 1;
    }
    // A file or a hook that fails outside its tests.
    if (module.state() === 'failed' && failed === before) failed += 1;
  }
  return { passed, failed, skipped };
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

function unexcusedSkips(skipped: readonly string[]): readonly string[] {
  const excused = new Set((allowedSkips as readonly AllowedSkip[]).map(({ test }) => test));
  return skipped.filter((test) => !excused.has(test));
}
