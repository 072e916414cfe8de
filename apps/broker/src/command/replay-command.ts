/** `viaduct replay`: sends stored events again. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import type { ReplayRequest } from '../operations/operations.ts';
import { systemClock } from '../system-clock.ts';
import type { Finish } from './finish.ts';
import { gather, rateArgument } from './number-argument.ts';
import { openPlace, withPlace, type PlaceFlags } from './place.ts';
import { timeArgument } from './time-argument.ts';

/** What the command line says. */
interface ReplayFlags extends PlaceFlags {
  readonly from: string;
  readonly to: string;
  readonly source?: readonly string[];
  readonly sink?: readonly string[];
  readonly match: readonly string[];
  readonly force: boolean;
  readonly allStates: boolean;
  readonly id?: string;
  readonly again: boolean;
  readonly rate?: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

const EXPLAINED = `
Events go where today's routes lead. They keep their ids, so that a receiver can know them again, and
are marked "replayed". The same command sends nothing twice, however often it is given and whatever
its times: what it has sent is left out. A state is left out when the resource has another by now.

Times: 2026-01-31T12:00:00Z, a date, 2h (ago), 3d, today, yesterday, now.

Examples:
  viaduct replay --from 2h --dry-run
  viaduct replay --from yesterday --to today --sink nms
  viaduct replay --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z --sink nms --yes
  viaduct replay --from 1d --match kind=compute --match state=failed,down --sink nms --rate 50
  viaduct replay --from 1d --sink archive --force --all-states --yes`;

/** The definition of the command. */
export function replayCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withPlace(new Command('replay'))
    .description('Send stored events again: of a range of time, to all sinks or some.')
    .requiredOption('--from <time>', 'stored at this time or later')
    .option('--to <time>', 'stored before this time', 'now')
    .option('--source <name>', 'only of this source; may stand several times', gather)
    .option('--sink <name>', 'only to this sink; may stand several times', gather)
    .option('--match <field=pattern>', 'only what matches, as in a route; several: all', gather, [])
    .option('--force', 'to these sinks even what the routes do not lead to them', false)
    .option('--all-states', 'also states that a newer one has superseded', false)
    .option('--again', 'also what the same command has sent before', false)
    .option('--id <id>', 'go on with the replay of this id')
    .option('--rate <n>', 'deliveries a second while the broker runs (default: 200)', rateArgument)
    .option('--dry-run', 'only say what would be sent', false)
    .option('--yes', 'do not ask', false)
    .option('--json', 'one line for the plan, one for the result', false)
    .addHelpText('after', EXPLAINED)
    .action(async (flags: ReplayFlags) => {
      const request = requestOf(flags, await matches(flags));
      const { carryOut } = await import('./carry-out.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const operations = await openPlace(flags, 'change', adapters);
      try {
        const work = {
          isRunning: operations.broker === 'running',
          run: (dryRun: boolean, signal: AbortSignal) =>
            operations.replay({ ...request, dryRun }, signal),
        };
        finish(await carryOut(work, flags, standardStreams()));
      } finally {
        await operations.close();
      }
    });
}

async function matches({ match }: ReplayFlags): Promise<Pick<ReplayRequest, 'match'>> {
  const { matchArgument } = await import('./match-argument.ts');
  const conditions = matchArgument(match);
  return conditions === undefined ? {} : { match: conditions };
}

function requestOf(flags: ReplayFlags, match: Pick<ReplayRequest, 'match'>): ReplayRequest {
  const { source, sink, force, allStates, id, again, rate } = flags;
  const now = systemClock.now();
  return {
    from: timeArgument('--from', flags.from, now),
    to: timeArgument('--to', flags.to, now),
    ...match,
    force,
    allStates,
    again,
    ...(source === undefined ? {} : { sources: source }),
    ...(sink === undefined ? {} : { sinks: sink }),
    ...(id === undefined ? {} : { id }),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
  };
}
