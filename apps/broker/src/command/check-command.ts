/** `viaduct check`: what is wrong with a configuration. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { createOutput } from '../output.ts';
import { configOption } from './place.ts';
import type { Finish } from './finish.ts';

/** The definition of the command. */
export function checkCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('check')
    .description('Say everything that is wrong with a configuration. Connects to nothing.')
    .argument('[file]', 'the configuration file, instead of -c')
    .addOption(configOption())
    .option('--json', 'one object: { ok, problems, advice }', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct check viaduct.yaml
  viaduct check --json | jq -r '.problems[].message'`,
    )
    .action(async (file: string | undefined, options: { config: string; json: boolean }) => {
      const { runCheck } = await import('./check.ts');
      const asked = { config: file ?? options.config, json: options.json };
      finish(await runCheck(asked, adapters, createOutput(process.stdout)));
    });
}
