/** `viaduct run`: the broker itself. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { configOption, DEFAULT_FILE } from './place.ts';
import type { Finish } from './finish.ts';

/** The definition of the command. */
export function runCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('run')
    .description('Run the broker until SIGTERM or SIGINT; a second signal stops it at once.')
    .argument('[file]', 'the configuration file, instead of -c')
    .addOption(configOption())
    .option('--json', 'the log as JSON lines at a terminal, too, whatever the file says', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct run                       with ./${DEFAULT_FILE}
  viaduct run -c /etc/viaduct.yaml

No peer need be up: what cannot be reached is tried again and said once.
SIGHUP applies a changed configuration file; what did not change goes on untouched.`,
    )
    .action(async (file: string | undefined, options: { config: string; json: boolean }) => {
      // Loaded here: the other commands need no engine and no journal.
      const { runBroker } = await import('./run.ts');
      finish(await runBroker({ ...options, config: file ?? options.config }, adapters));
    });
}
