/** `viaduct events`: what is stored. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import type { EventsOptions } from './events.ts';
import type { Finish } from './finish.ts';
import { countArgument } from './number-argument.ts';
import { COLUMNS_EXPLAINED, withEventForm } from './event-form.ts';
import { kindOption } from './kind-option.ts';
import { severityOption } from './severity-option.ts';
import { openPlace, withPlace, type PlaceFlags } from './place.ts';

/** The definition of the command and its commands. */
export function eventsCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('events')
    .description('Search what is stored, and show one event with all that is known of it.')
    .addCommand(searchCommand(finish, adapters), { isDefault: true })
    .addCommand(showCommand(finish, adapters))
    .addHelpText(
      'after',
      `
Without a command it is "events search"; the options above are its own.

Examples:
  viaduct events --since 1h --severity error
  viaduct events --subject compute/42 --oldest --columns stored,state,previous,message
  viaduct events show $(viaduct events --subject compute/42 --max 1 -o id)`,
    );
}

function searchCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withEventForm(withPlace(new Command('search')))
    .description('List events, the newest first.')
    .option('--since <time>', 'stored at this time or later: 10m, 2h, today')
    .option('--from <time>', 'the same')
    .option('--to <time>', 'stored before this time')
    .option('--source <name>', 'of this source')
    .option('--sink <name>', 'owed to this sink')
    .addOption(kindOption())
    .option('--subject <glob>', 'the subject: compute/42')
    .option('--type <glob>', 'the type, or the native type')
    .option('--text <text>', 'anywhere in the event')
    .addOption(severityOption())
    .option('--oldest', 'the oldest first', false)
    .option('--max <n>', 'at most so many', countArgument, 20)
    .option('--after <position>', 'go on where a list ended', countArgument)
    .addHelpText(
      'after',
      `${COLUMNS_EXPLAINED}

Times: 2026-01-31T12:00:00Z, a date, 2h (ago), 3d, today, yesterday, now.

Examples:
  viaduct events
  viaduct events --since 1h --severity error -o wide
  viaduct events --subject compute/42 --oldest --columns stored,previous,state,message
  viaduct events show $(viaduct events --text BOOT_FAILURE --max 1 -o id)
  viaduct events --type 'compute.instance.*.error' --json | jq .event.data.message`,
    )
    .action(async (flags: PlaceFlags & EventsOptions) => {
      const { findEvents } = await import('./events.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const operations = await openPlace(flags, 'look', adapters);
      try {
        finish(await findEvents(operations, flags, standardStreams()));
      } finally {
        await operations.close();
      }
    });
}

function showCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withPlace(new Command('show'))
    .description('Show one event: canonical, as it came, and how far it is at each sink.')
    .argument('<id>', 'the id of the event')
    .option('--json', 'as one object', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct events show 9f1f5b1e-7b1a-5c8f-9d0e-3f6a2c4b8d10
  viaduct events show 9f1f5b1e-7b1a-5c8f-9d0e-3f6a2c4b8d10 --json | jq .deliveries`,
    )
    .action(async (id: string, flags: PlaceFlags & { readonly json: boolean }) => {
      const { showEvent } = await import('./events.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const operations = await openPlace(flags, 'look', adapters);
      try {
        finish(await showEvent(operations, id, flags.json, standardStreams()));
      } finally {
        await operations.close();
      }
    });
}
