/** `viaduct translate`: messages of one dialect in another. */
import { open } from 'node:fs/promises';
import { Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { BrokerError } from '../errors.ts';
import { createOutput } from '../output.ts';
import type { Finish } from './finish.ts';
import type { TranslateOptions } from './translate.ts';

interface TranslateFlags {
  readonly from: string;
  readonly to: string;
  readonly json: boolean;
  readonly explain: boolean;
  readonly system?: string;
  readonly at?: string;
}

/** The definition of the command. */
export function translateCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  const names = adapters.map(({ name }) => name).join(', ');
  return new Command('translate')
    .description('Translate native messages between dialects. Needs no server.')
    .argument('[file]', 'what to read; standard input where it is missing or "-"')
    .requiredOption('--from <dialect>', `dialect of the input: ${names}`)
    .requiredOption('--to <dialect>', `dialect of the output: ${names}`)
    .option('--json', 'for each input one line { events, natives, losses, invented }', false)
    .option('--explain', 'also say where each value of the output came from', false)
    .option('--system <name>', 'the name of the system it comes from (default: the dialect)')
    .option('--at <time>', 'the time of receipt to assume, for repeatable output')
    .addHelpText(
      'after',
      `
Reads one message a line, as JSON, or a bare body: OpenNebula's XML, the notification itself.
Writes messages of the target, one a line; what was lost goes to standard error.

Examples:
  viaduct translate --from opennebula --to oslo < messages.jsonl
  viaduct translate --from opennebula --to oslo --explain hook-message.xml
  viaduct translate --from oslo --to opennebula --json < n.json | jq '.losses'
  echo '{"key": "EVENT VM 42/ACTIVE/RUNNING ", "content": "PEhP…"}' |
    viaduct translate --from opennebula --to oslo | jq -r .body`,
    )
    .action(async (file: string | undefined, flags: TranslateFlags) => {
      const isStdin = file === undefined || file === '-';
      const streams = {
        name: isStdin ? 'stdin' : file,
        input: isStdin ? process.stdin : await openInput(file),
        output: createOutput(process.stdout),
        errors: createOutput(process.stderr),
      };
      const { runTranslate } = await import('./translate.ts');
      finish(await runTranslate(translateOptions(flags), adapters, streams));
    });
}

async function openInput(file: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    const handle = await open(file);
    return handle.createReadStream();
  } catch (error) {
    throw new BrokerError('VIA_BROKER_USAGE', `cannot read the input: ${(error as Error).message}`);
  }
}

function translateOptions({ at, ...rest }: TranslateFlags): TranslateOptions {
  if (at === undefined) return rest;
  const time = Date.parse(at);
  if (!Number.isNaN(time)) return { ...rest, at: time };
  const advice = 'Write it like 2026-01-31T12:00:00Z.';
  throw new BrokerError('VIA_BROKER_USAGE', `--at ${JSON.stringify(at)} is no time. ${advice}`);
}
