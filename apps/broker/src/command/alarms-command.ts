/** `viaduct alarms`: what is wrong right now, and telling it again. */
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import type { Finish } from './finish.ts';
import { gather, rateArgument } from './number-argument.ts';
import { openPlace, withPlace, type PlaceFlags } from './place.ts';

/** The definition of the command and its commands. */
export function alarmsCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return new Command('alarms')
    .description('What is wrong right now: list it, or tell it again.')
    .addCommand(listCommand(finish, adapters), { isDefault: true })
    .addCommand(resendCommand(finish, adapters))
    .addHelpText(
      'after',
      `
Without a command it is "alarms list"; the options above are its own.

Examples:
  viaduct alarms
  viaduct alarms resend --sink nms --dry-run`,
    );
}

function listCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withPlace(new Command('list'))
    .description('List active alarms. Works beside a running broker, and after it.')
    .argument('[file]', 'the configuration file, instead of -c')
    .option('--json', 'one alarm a line', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct alarms -c /etc/viaduct.yaml
  viaduct alarms --data ./data --json | jq -r 'select(.severity == "critical") | .subject'`,
    )
    .action(async (file: string | undefined, flags: PlaceFlags & { readonly json: boolean }) => {
      const { listAlarms } = await import('./alarms.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const place = file === undefined ? flags : { ...flags, config: file };
      const operations = await openPlace(place, 'look', adapters);
      try {
        finish(await listAlarms(operations, flags.json, standardStreams()));
      } finally {
        await operations.close();
      }
    });
}

interface ResendFlags extends PlaceFlags {
  readonly sink?: readonly string[];
  readonly force: boolean;
  readonly rate?: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

function resendCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withPlace(new Command('resend'))
    .description('Send the events that raised active alarms again.')
    .argument('[keys...]', 'the keys of alarms; else all that are active')
    .option('--sink <name>', 'only to this sink; may stand several times', gather)
    .option('--force', 'to these sinks even what the routes do not lead to them', false)
    .option('--rate <n>', 'deliveries a second while the broker runs (default: 200)', rateArgument)
    .option('--dry-run', 'only say what would be sent', false)
    .option('--yes', 'do not ask', false)
    .option('--json', 'one line for the plan, for the result', false)
    .addHelpText(
      'after',
      `
For a receiver that has forgotten what it was told: a manager that was installed anew. The events are
marked "replayed". Each time is a new one: twice sends twice.

Examples:
  viaduct alarms resend --sink nms --dry-run
  viaduct alarms resend --sink nms --yes
  viaduct alarms resend $(viaduct alarms --json | jq -r 'select(.source == "nova") | .key')`,
    )
    .action(async (keys: readonly string[], flags: ResendFlags) => {
      const { carryOut } = await import('./carry-out.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const { sink, force, rate } = flags;
      const request = {
        force,
        ...(keys.length === 0 ? {} : { keys }),
        ...(sink === undefined ? {} : { sinks: sink }),
        ...(rate === undefined ? {} : { ratePerSecond: rate }),
      };
      const operations = await openPlace(flags, 'change', adapters);
      try {
        const work = {
          isRunning: operations.broker === 'running',
          run: (dryRun: boolean, signal: AbortSignal) =>
            operations.alarms.resend({ ...request, dryRun }, signal),
        };
        finish(await carryOut(work, flags, standardStreams()));
      } finally {
        await operations.close();
      }
    });
}
