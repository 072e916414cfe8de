/** `viaduct health`: for containers and probes. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { createOutput } from '../output.ts';
import { dataFolderOf } from './data-folder.ts';
import type { Finish } from './finish.ts';
import { configOption } from './place.ts';

interface HealthFlags {
  readonly config: string;
  readonly data?: string;
  readonly live: boolean;
  readonly json: boolean;
}

/** The definition of the command. */
export function healthCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('health')
    .description('Say whether the broker of a configuration is ready: for containers and probes.')
    .argument('[file]', 'the configuration file, instead of -c')
    .addOption(configOption())
    .option('--data <folder>', 'the data folder, instead of a configuration')
    .option('--live', 'only whether it answers at all', false)
    .option('--json', 'one object: { ok, text }', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct health -c /etc/viaduct.yaml && echo ready
  viaduct health --data /var/lib/viaduct --live`,
    )
    .action(async (file: string | undefined, { config, data, live, json }: HealthFlags) => {
      const { runHealth } = await import('./health.ts');
      const folder = data ?? (await dataFolderOf(file ?? config, adapters));
      finish(await runHealth({ folder, live, json }, createOutput(process.stdout)));
    });
}
