/** `viaduct test`: operators' own cases. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import type { Finish } from './finish.ts';
import { optionalConfigOption } from './place.ts';

interface TestFlags {
  readonly config?: string;
  readonly filter?: string;
  readonly update: boolean;
  readonly json: boolean;
}

/** The definition of the command. */
export function testCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('test')
    .description('Run your own cases: messages in at sources, the exact messages out at sinks.')
    .argument('[files...]', 'case files, or folders with *.test.yaml')
    .addOption(optionalConfigOption())
    .option('--filter <text>', 'only cases with this in their names')
    .option('--update', 'write what came out into the case files; look at the change', false)
    .option('--json', 'one line a case: { name, ok, differences, out, … }', false)
    .addHelpText(
      'after',
      `
The whole pipeline of the configuration runs: trackers, alarms, routes, what each sink's dialect
makes of it. Nothing is connected, no data folder is touched, and nobody waits: time jumps.

  cases:
    - name: a machine that failed is told to the NMS
      in:
        - { source: one, file: messages/vm-42-failed.xml }
      out:
        nms: [{ version: v2c, trapOid: … }]

Without an expectation, --update writes it: viaduct test --update

Examples:
  viaduct test
  viaduct test -c viaduct.yaml cases/
  viaduct test --filter failed routes.test.yaml
  viaduct test --json | jq -r 'select(.ok | not) | .name'

docs/testing-your-configuration.md has the rest.`,
    )
    .action(async (files: readonly string[], flags: TestFlags) => {
      const { runTest } = await import('./test.ts');
      const { createOutput } = await import('../output.ts');
      const streams = {
        output: createOutput(process.stdout),
        errors: createOutput(process.stderr),
      };
      finish(await runTest({ files, ...flags }, adapters, streams));
    });
}
