/** `viaduct dlq`: what could not be done, and what becomes of it. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { EXIT } from '../exit-code.ts';
import type { Operations } from '../operations/operations.ts';
import type { LetterFlags } from './dlq.ts';
import type { Finish } from './finish.ts';
import { countArgument, gather, rateArgument } from './number-argument.ts';
import { openPlace, withPlace, type PlaceFlags } from './place.ts';

const STAGES = ['receive', 'decode', 'route', 'encode', 'send', 'hook'];

const TIMES = 'Times: 2026-01-31T12:00:00Z, a date, 2h (ago), 3d, today, yesterday, now.';

/** The definition of the command and its commands. */
export function dlqCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  const dlq = new Command('dlq').description(
    'Dead letters: what could not be received, decoded, routed, encoded or sent.',
  );
  dlq.addCommand(listCommand(finish, adapters));
  dlq.addCommand(showCommand(finish, adapters));
  dlq.addCommand(replayCommand(finish, adapters));
  dlq.addCommand(discardCommand(finish, adapters));
  dlq.addHelpText(
    'after',
    `
Examples:
  viaduct dlq list --sink nms --from 2h
  viaduct dlq show 17
  viaduct dlq replay --sink nms --dry-run
  viaduct dlq discard 17 --reason 'sent by hand' --yes`,
  );
  return dlq;
}

/** Adds the options that choose letters. */
function withFilter(command: Command): Command {
  return command
    .addOption(new Option('--stage <stage>', 'where it got stuck').choices(STAGES))
    .option('--code <code>', 'the error code')
    .option('--source <name>', 'the source it came from')
    .option('--sink <name>', 'the sink it was for')
    .option('--from <time>', 'made at this time or later')
    .option('--to <time>', 'made before this time')
    .option('--text <text>', 'in its reason, its event or its message');
}

function idArgument(text: string, before: readonly number[] | undefined): readonly number[] {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) throw new InvalidArgumentError('a letter has a number');
  return [...(before ?? []), id];
}

/** Opens the place, does something, closes it. */
async function at(
  flags: PlaceFlags,
  purpose: 'look' | 'change',
  adapters: readonly AdapterEntry[],
  work: (operations: Operations) => Promise<void>,
): Promise<void> {
  const operations = await openPlace(flags, purpose, adapters);
  try {
    await work(operations);
  } finally {
    await operations.close();
  }
}

interface ListFlags extends PlaceFlags, LetterFlags {
  readonly after?: number;
  readonly max: number;
  readonly json: boolean;
}

function listCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withFilter(withPlace(new Command('list')))
    .description('List them, the oldest first.')
    .option('--max <n>', 'at most so many', countArgument, 50)
    .option('--after <id>', 'only letters with greater numbers', countArgument)
    .option('--json', 'one letter a line', false)
    .addHelpText(
      'after',
      `
${TIMES}

Examples:
  viaduct dlq list
  viaduct dlq list --sink nms --from 2h
  viaduct dlq list --stage decode --json | jq -r .reason`,
    )
    .action(async (flags: ListFlags) => {
      const { listLetters } = await import('./dlq.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      await at(flags, 'look', adapters, async (operations) => {
        await listLetters(operations, flags, standardStreams());
        finish(EXIT.ok);
      });
    });
}

function showCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withPlace(new Command('show'))
    .description('Show all that is known of one: event, message, every attempt.')
    .argument('<id>', 'its number', (text) => idArgument(text, undefined)[0])
    .option('--json', 'as one object', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct dlq show 17
  viaduct dlq show 17 --json | jq .native.text`,
    )
    .action(async (id: number, flags: PlaceFlags & { readonly json: boolean }) => {
      const { showLetter } = await import('./dlq.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      await at(flags, 'look', adapters, async (operations) => {
        finish(await showLetter(operations, id, flags.json, standardStreams()));
      });
    });
}

interface ReplayFlags extends PlaceFlags, LetterFlags {
  readonly all: boolean;
  readonly route: boolean;
  readonly toSink?: readonly string[];
  readonly rate?: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

function replayCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withFilter(withPlace(new Command('replay')))
    .description('Try letters again with today’s configuration.')
    .argument('[ids...]', 'their numbers; else what the options choose', idArgument)
    .option('--all', 'every letter there is', false)
    .option('--route', 'to where today’s routes lead, not only to the sink it was for', false)
    .option('--to-sink <name>', 'only to this sink; may stand several times', gather)
    .option('--rate <n>', 'deliveries a second while the broker runs (default: 200)', rateArgument)
    .option('--dry-run', 'only say what would be sent', false)
    .option('--yes', 'do not ask', false)
    .option('--json', 'one line for the plan, one for the result', false)
    .addHelpText(
      'after',
      `
A letter of the stages receive and decode is decoded again and takes today's routes; one of a later
stage goes to its sink again. What succeeds is a letter no more; what is not understood today either
stays one, and the exit code is 1.

Examples:
  viaduct dlq replay 17 18
  viaduct dlq replay --sink nms --code VIA_SNMP_INFORM_TIMEOUT --yes
  viaduct dlq replay --stage decode --dry-run
  viaduct dlq replay --sink oldnms --route --to-sink nms --yes`,
    )
    .action(async (ids: readonly number[], flags: ReplayFlags) => {
      const { replayRequestOf } = await import('./dlq.ts');
      const { carryOut } = await import('./carry-out.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      const request = replayRequestOf(ids, flags);
      await at(flags, 'change', adapters, async (operations) => {
        const work = {
          isRunning: operations.broker === 'running',
          run: (dryRun: boolean, signal: AbortSignal) =>
            operations.deadLetters.replay({ ...request, dryRun }, signal),
        };
        finish(await carryOut(work, flags, standardStreams()));
      });
    });
}

interface DiscardFlags extends PlaceFlags, LetterFlags {
  readonly all: boolean;
  readonly reason: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

function discardCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  return withFilter(withPlace(new Command('discard')))
    .description('Throw letters away for good.')
    .argument('[ids...]', 'their numbers; else what the options choose', idArgument)
    .requiredOption('--reason <text>', 'why: it is kept in audit.jsonl of the data folder')
    .option('--all', 'every letter there is', false)
    .option('--dry-run', 'only say how many', false)
    .option('--yes', 'do not ask', false)
    .option('--json', 'one object: { discarded, byCode }', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct dlq discard 17 --reason 'sent by hand' --yes
  viaduct dlq discard --stage decode --to 7d --reason 'a test of March' --dry-run`,
    )
    .action(async (ids: readonly number[], flags: DiscardFlags) => {
      const { discardLetters } = await import('./dlq.ts');
      const { standardStreams } = await import('./standard-streams.ts');
      await at(flags, 'change', adapters, async (operations) => {
        finish(await discardLetters(operations, ids, flags, standardStreams()));
      });
    });
}
