/** `viaduct status`: how everything is at this moment. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import type { Finish } from './finish.ts';
import { connectToPlace, withPlace, type PlaceFlags } from './place.ts';

/** The definition of the command. */
export function statusCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withPlace(new Command('status'))
    .description('Show every source and sink of a running broker: state, rate, what is owed.')
    .option('--json', 'as one object, that of the admin API', false)
    .addHelpText(
      'after',
      `
"viaduct health" is for scripts: its exit code says whether the broker is ready.

Examples:
  viaduct status
  viaduct status --json | jq -r '.sinks[] | select(.lag.pending > 0) | .name'
  VIADUCT_TOKEN=… viaduct status --url https://broker.example.org:8443`,
    )
    .action(async (flags: PlaceFlags & { readonly json: boolean }) => {
      const { showStatus } = await import('./status.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      finish(await showStatus(await connectToPlace(flags, adapters), flags, standardStreams()));
    });
}
