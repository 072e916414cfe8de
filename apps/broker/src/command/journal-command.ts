/** `viaduct journal`: looking after the data folder. */
import { Command, InvalidArgumentError } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import type { ExitCode } from '../exit-code.ts';
import { createOutput, type Output } from '../output.ts';
import { dataFolderOf } from './data-folder.ts';
import { configOption } from './place.ts';

interface FolderFlags {
  readonly config: string;
  readonly data?: string;
  readonly json: boolean;
}

interface CompactFlags extends FolderFlags {
  readonly keepDays: number;
}

const DAY_MS = 86_400_000;

/** The definition of the command and its commands; `finish` is told the exit code. */
export function journalCommand(
  finish: (code: ExitCode) => void,
  adapters: readonly AdapterEntry[],
): Command {
  return new Command('journal')
    .description('Check, back up, compact or repair the data folder of a broker.')
    .addCommand(checkCommand(finish, adapters))
    .addCommand(backupCommand(finish, adapters))
    .addCommand(compactCommand(finish, adapters))
    .addCommand(repairCommand(finish, adapters))
    .addHelpText(
      'after',
      `
Examples:
  viaduct journal check --data /var/lib/viaduct
  viaduct journal backup /backup/viaduct-$(date +%F)`,
    );
}

function withFolder(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--data <folder>', 'the data folder, instead of a configuration')
    .option('--json', 'one JSON document instead of text', false);
}

function folderOf(flags: FolderFlags, adapters: readonly AdapterEntry[]): Promise<string> {
  if (flags.data !== undefined) return Promise.resolve(flags.data);
  return dataFolderOf(flags.config, adapters);
}

function streams(): { readonly output: Output; readonly errors: Output } {
  return { output: createOutput(process.stdout), errors: createOutput(process.stderr) };
}

function checkCommand(
  finish: (code: ExitCode) => void,
  adapters: readonly AdapterEntry[],
): Command {
  return withFolder(new Command('check'))
    .description('Look at every entry and say what is whole and what is not. Changes nothing.')
    .addHelpText(
      'after',
      `
Works beside a running broker, and after it. Exit code 0: all of it is whole; 1: some of it is not.

Examples:
  viaduct journal check -c /etc/viaduct.yaml
  viaduct journal check --data /backup/viaduct-monday
  viaduct journal check --data ./data --json | jq '.segments[].damaged[]'`,
    )
    .action(async (flags: FolderFlags) => {
      const { runJournalCheck } = await import('./journal-check.ts');
      const folder = await folderOf(flags, adapters);
      finish(await runJournalCheck({ folder, json: flags.json }, streams()));
    });
}

function backupCommand(
  finish: (code: ExitCode) => void,
  adapters: readonly AdapterEntry[],
): Command {
  return withFolder(new Command('backup'))
    .description('Copy the data folder, while the broker runs or not, and check the copy.')
    .argument('<target>', 'a folder that does not exist yet')
    .addHelpText(
      'after',
      `
The copy is a data folder: start a broker on it, and it goes on from there. What was delivered after
the copy was taken is delivered again. Never write over a backup: name a new folder each time.

Examples:
  viaduct journal backup -c /etc/viaduct.yaml /backup/viaduct-$(date +%F)
  viaduct journal backup --data ./data ./data-before-upgrade`,
    )
    .action(async (target: string, flags: FolderFlags) => {
      const { runJournalBackup } = await import('./journal-backup.ts');
      const folder = await folderOf(flags, adapters);
      finish(await runJournalBackup({ folder, target, json: flags.json }, streams()));
    });
}

function compactCommand(
  finish: (code: ExitCode) => void,
  adapters: readonly AdapterEntry[],
): Command {
  return withFolder(new Command('compact'))
    .description('Make the data folder of a stopped broker smaller.')
    .option('--keep-days <n>', 'days of delivered events that stay, for replay', daysArgument, 7)
    .addHelpText(
      'after',
      `
What a sink is still owed always stays, and so do dead letters. With --keep-days 0 nothing else does.

Examples:
  viaduct journal compact --data ./data
  viaduct journal compact --data ./data --keep-days 0`,
    )
    .action(async (flags: CompactFlags) => {
      const { runJournalCompact } = await import('./journal-compact.ts');
      const folder = await folderOf(flags, adapters);
      const asked = { folder, keepMs: flags.keepDays * DAY_MS, json: flags.json };
      finish(await runJournalCompact(asked, streams()));
    });
}

function repairCommand(
  finish: (code: ExitCode) => void,
  adapters: readonly AdapterEntry[],
): Command {
  return withFolder(new Command('repair'))
    .description('Make a damaged state.db anew from what is whole of it, so that a broker starts.')
    .addHelpText(
      'after',
      `
For a stopped broker that refuses to start, and no backup to put back. Events are not touched, the
damaged file is kept. What could not be read is named, and what a sink may miss by it is recorded as
a gap of it: "viaduct replay" sends that again. Damaged segments need no repair.
Exit code 0: nothing was lost; 1: something was, and it is named.

Examples:
  viaduct journal repair --data /var/lib/viaduct`,
    )
    .action(async (flags: FolderFlags) => {
      const { runJournalRepair } = await import('./journal-repair.ts');
      const folder = await folderOf(flags, adapters);
      finish(await runJournalRepair({ folder, json: flags.json }, streams()));
    });
}

function daysArgument(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('a number of days, 0 or more, is needed');
}
