/** `viaduct sinks`: sinks that were taken out of the configuration, and what becomes of them. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { EXIT } from '../exit-code.ts';
import type { Finish } from './finish.ts';
import { openPlace, withPlace, type PlaceFlags } from './place.ts';
import type { DropOptions } from './sinks.ts';

/** The definition of the command and its commands. */
export function sinksCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('sinks')
    .description('Sinks that were taken out of the configuration while they were owed events.')
    .addCommand(retiredCommand(finish, adapters))
    .addCommand(dropCommand(finish, adapters))
    .addHelpText(
      'after',
      `
The sinks of the configuration are in "viaduct status".

Examples:
  viaduct sinks retired
  viaduct sinks drop oldnms --reason 'switched off in March'`,
    );
}

function retiredCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withPlace(new Command('retired'))
    .description('List retired sinks, and what they are still owed.')
    .option('--json', 'one sink a line', false)
    .addHelpText(
      'after',
      `
The journal keeps what a retired sink is owed, however old, until the sink is written into the
configuration again and gets it, or is dropped.

Examples:
  viaduct sinks retired
  viaduct sinks retired --json | jq -r 'select(.events == 0) | .name'`,
    )
    .action(async (flags: PlaceFlags & { readonly json: boolean }) => {
      const { listRetired } = await import('./sinks.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const operations = await openPlace(flags, 'look', adapters);
      try {
        await listRetired(operations, flags.json, standardStreams());
        finish(EXIT.ok);
      } finally {
        await operations.close();
      }
    });
}

function dropCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withPlace(new Command('drop'))
    .description('Forget a retired sink for good, with what it is still owed.')
    .argument('<name>', 'the name that it had in the configuration')
    .requiredOption('--reason <text>', 'why: it is kept in audit.jsonl of the data folder')
    .option('--dry-run', 'only say what would be lost', false)
    .option('--yes', 'do not ask', false)
    .option('--json', 'one object: { name, events, parked, oldestAt, dropped }', false)
    .addHelpText(
      'after',
      `
Its events stay in the journal for the other sinks, and its dead letters stay dead letters.

Examples:
  viaduct sinks drop oldnms --reason 'switched off in March' --dry-run
  viaduct sinks drop oldnms --reason 'switched off in March' --yes`,
    )
    .action(async (name: string, flags: PlaceFlags & DropOptions) => {
      const { dropRetired } = await import('./sinks.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const operations = await openPlace(flags, 'change', adapters);
      try {
        finish(await dropRetired(operations, name, flags, standardStreams()));
      } finally {
        await operations.close();
      }
    });
}
