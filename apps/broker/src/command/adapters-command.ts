/** `viaduct adapters`: what can stand behind `adapter:`. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { createOutput } from '../output.ts';
import type { Finish } from './finish.ts';

/** The definition of the command. */
export function adaptersCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('adapters')
    .description('List the adapters, their kinds of sources and sinks, and their options.')
    .option('--json', 'one adapter a line', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct adapters
  viaduct adapters --json | jq -r '.sinks[].options[].name'`,
    )
    .action(async (options: { json: boolean }) => {
      const { runAdapters } = await import('./adapters.ts');
      finish(await runAdapters(adapters, options, createOutput(process.stdout)));
    });
}
