/** `viaduct init`: a first configuration. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import type { Finish } from './finish.ts';
import type { InitOptions } from './init.ts';
import { gather } from './number-argument.ts';
import { DEFAULT_FILE } from './place.ts';

/** The definition of the command. */
export function initCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('init')
    .description('Write a first configuration, from a few questions or from options.')
    .argument('[file]', 'what to write; what is there already is never changed', DEFAULT_FILE)
    .option('--source <adapter=address>', 'where events come from; may stand several times', gather)
    .option('--sink <adapter=address>', 'where they go; may stand several times', gather)
    .option('--name <name>', 'the name of the broker')
    .option('--yes', 'ask nothing: where an option is missing, what is usual', false)
    .option('--json', 'one object: { file, schema, sources, sinks }', false)
    .addHelpText(
      'after',
      `
"viaduct adapters" lists what can stand before "=". The JSON Schema for editors is written beside it.

Examples:
  viaduct init
  viaduct init --yes
  viaduct init --source opennebula=tcp://frontend:2101 --sink snmp=192.0.2.10:162
  viaduct init edge.yaml --source oslo --sink cloudevents.http=https://example.org/events --yes`,
    )
    .action(async (file: string, flags: Omit<InitOptions, 'file'>) => {
      const { runInit } = await import('./init.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      finish(await runInit({ ...flags, file }, adapters, standardStreams()));
    });
}
