/** `viaduct tail`: events as they are stored. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import type { Finish } from './finish.ts';
import { countArgument } from './number-argument.ts';
import { connectToPlace, withPlace, type PlaceFlags } from './place.ts';
import { COLUMNS_EXPLAINED, withEventForm } from './event-form.ts';
import { kindOption } from './kind-option.ts';
import { severityOption } from './severity-option.ts';
import type { TailOptions } from './tail.ts';

/** The definition of the command. */
export function tailCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withEventForm(withPlace(new Command('tail')))
    .description('Follow events as they are stored, until ^C. Goes on when the broker restarts.')
    .option('--source <name>', 'of this source')
    .option('--sink <name>', 'owed to this sink')
    .addOption(kindOption())
    .option('--subject <glob>', 'the subject: compute/42')
    .option('--type <glob>', 'the type, or the native type')
    .addOption(severityOption())
    .option('--text <text>', 'anywhere in the event')
    .option('--since <time>', 'first what was stored since then: 10m, 2h, today')
    .option('-n, --last <n>', 'first so many of those that are stored already', countArgument)
    .option('--max <n>', 'end after so many events', countArgument)
    .addHelpText(
      'after',
      `${COLUMNS_EXPLAINED}

Examples:
  viaduct tail
  viaduct tail -n 20
  viaduct tail --columns stored,subject,previous,state,host
  viaduct tail --kind compute --severity warning --since 10m
  viaduct tail --type 'compute.instance.*.error' --json | jq .event.data.message
  VIADUCT_TOKEN=… viaduct tail --url https://broker.example.org:8443`,
    )
    .action(async (flags: PlaceFlags & TailOptions) => {
      const { tail } = await import('./tail.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const connect = () => connectToPlace(flags, adapters);
      finish(await tail(connect, flags, standardStreams()));
    });
}
