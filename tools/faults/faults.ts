/**
 * `npm run test:faults`: faults against a real broker between real peers, judged from outside.
 *
 *     npm run test:faults                                  every scenario, a quarter of an hour
 *     npm run test:faults -- --minutes 60                  rounds of all of them, until time is up
 *     npm run test:faults -- --nightly                     200 kills and a million obligations
 *     npm run test:faults -- --scenario kill-broker --seed 42    one repetition again
 *     npm run test:faults -- --list
 *
 * Ends with a table. Exit code 1 where anything was lost, came from nowhere, was altered, out of
 * order or more often than allowed, and where a scenario could not be run to its end.
 */
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import { SCENARIOS } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    seed: { type: 'string' },
    faults: { type: 'string' },
    minutes: { type: 'string' },
    nightly: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

const chosen = SCENARIOS.filter(
  ({ name }) => values.scenario === undefined || values.scenario.includes(name),
);
const unknown = (values.scenario ?? []).filter(
  (wanted) => !SCENARIOS.some(({ name }) => name === wanted),
);
if (unknown.length > 0) {
  console.error(`no such scenario: ${unknown.join(', ')}; see --list`);
  process.exitCode = 2;
} else if (values.list) {
  for (const { name, fault } of SCENARIOS) console.log(`${name.padEnd(20)}${fault}`);
} else {
  const isKept = await runCampaign(chosen, {
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    ...(values.faults === undefined ? {} : { faults: Number(values.faults) }),
    ...(values.minutes === undefined ? {} : { minutes: Number(values.minutes) }),
    isNightly: values.nightly,
  });
  process.exitCode = isKept ? 0 : 1;
}
