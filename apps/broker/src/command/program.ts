/** The command line: what can be asked for. What is done stands in the files beside this one. */
import { open, readFile } from 'node:fs/promises';
import { Command, CommanderError, Option } from 'commander';
import { ADAPTERS } from '../adapters.ts';
import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { createOutput } from '../output.ts';
import { runAdapters } from './adapters.ts';
import { alarmsCommand } from './alarms-command.ts';
import { runCheck } from './check.ts';
import { dataFolderOf } from './data-folder.ts';
import { dlqCommand } from './dlq-command.ts';
import { eventsCommand } from './events-command.ts';
import type { Finish } from './finish.ts';
import { journalCommand } from './journal-command.ts';
import { DEFAULT_FILE } from './place.ts';
import { replayCommand } from './replay-command.ts';
import { runTranslate, type TranslateOptions } from './translate.ts';

const EXIT_CODES = `
Exit codes:
  0  done, or stopped cleanly
  1  translate: some inputs could not be translated; dlq replay: some letters stay;
     health: the broker is not ready
  2  wrong usage or configuration
  3  this Node.js is too old
  4  the broker had to stop: journal failed, data folder in use or not writable
130  a signal ended it in the middle; what was done until then stays done`;

/** Parses arguments (without `node` and the script) and does what they say. */
export async function runProgram(args: readonly string[], version: string): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const finish = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = new Command('viaduct')
    .description('Carries events between infrastructures, each in its own dialect.')
    .version(version)
    .showHelpAfterError('Try "viaduct --help", or "viaduct COMMAND --help".')
    .exitOverride()
    .addHelpText('after', EXIT_CODES);
  program.addCommand(runCommand(finish));
  program.addCommand(checkCommand(finish));
  program.addCommand(healthCommand(finish));
  program.addCommand(translateCommand(finish));
  program.addCommand(alarmsCommand(finish, ADAPTERS));
  program.addCommand(eventsCommand(finish, ADAPTERS));
  program.addCommand(dlqCommand(finish, ADAPTERS));
  program.addCommand(replayCommand(finish, ADAPTERS));
  program.addCommand(journalCommand(finish, ADAPTERS));
  program.addCommand(hooksCommand(finish));
  program.addCommand(mibCommand(finish));
  program.addCommand(adaptersCommand(finish));
  inheritSettings(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

/** Also to the commands of commands: all of them return instead of ending the process. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration file')
    .env('VIADUCT_CONFIG')
    .default(DEFAULT_FILE);
}

function runCommand(finish: Finish): Command {
  return new Command('run')
    .description('Run the broker until SIGTERM or SIGINT; a second signal stops it at once.')
    .argument('[file]', 'the configuration file, instead of -c')
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Examples:
  viaduct run                       with ./${DEFAULT_FILE}
  viaduct run -c /etc/viaduct.yaml

No peer need be up: what cannot be reached is tried again and said once.
SIGHUP applies a changed configuration file; what did not change goes on untouched.`,
    )
    .action(async (file: string | undefined, options: { config: string }) => {
      // Loaded here: the other commands need no engine and no journal.
      const { runBroker } = await import('./run.ts');
      finish(await runBroker({ config: file ?? options.config }, ADAPTERS));
    });
}

function checkCommand(finish: Finish): Command {
  return new Command('check')
    .description('Say everything that is wrong with a configuration. Connects to nothing.')
    .argument('[file]', 'the configuration file, instead of -c')
    .addOption(configOption())
    .option('--json', 'one object: { ok, problems, advice }', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct check viaduct.yaml
  viaduct check --json | jq -r '.problems[].message'`,
    )
    .action(async (file: string | undefined, options: { config: string; json: boolean }) => {
      const asked = { config: file ?? options.config, json: options.json };
      finish(await runCheck(asked, ADAPTERS, createOutput(process.stdout)));
    });
}

interface HealthFlags {
  readonly config: string;
  readonly data?: string;
  readonly live: boolean;
  readonly json: boolean;
}

function healthCommand(finish: Finish): Command {
  return new Command('health')
    .description('Say whether the broker of a configuration is ready: for containers and probes.')
    .argument('[file]', 'the configuration file, instead of -c')
    .addOption(configOption())
    .option('--data <folder>', 'the data folder, instead of a configuration')
    .option('--live', 'only whether it answers at all', false)
    .option('--json', 'one object: { ok, text }', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct health -c /etc/viaduct.yaml && echo ready
  viaduct health --data /var/lib/viaduct --live`,
    )
    .action(async (file: string | undefined, { config, data, live, json }: HealthFlags) => {
      const { runHealth } = await import('./health.ts');
      const folder = data ?? (await dataFolderOf(file ?? config, ADAPTERS));
      finish(await runHealth({ folder, live, json }, createOutput(process.stdout)));
    });
}

interface TranslateFlags {
  readonly from: string;
  readonly to: string;
  readonly json: boolean;
  readonly explain: boolean;
  readonly system?: string;
  readonly at?: string;
}

function translateCommand(finish: Finish): Command {
  const names = ADAPTERS.map(({ name }) => name).join(', ');
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
      finish(await runTranslate(translateOptions(flags), ADAPTERS, streams));
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

function mibCommand(finish: Finish): Command {
  return new Command('mib')
    .description('Print VIADUCT-MIB, which describes what the SNMP sinks send.')
    .option('--base <oid>', 'the enterpriseBase of the sinks (default: that of the sinks)')
    .addHelpText(
      'after',
      `
Examples:
  viaduct mib > /usr/share/snmp/mibs/VIADUCT-MIB.txt
  viaduct mib --base 1.3.6.1.4.1.99999.7 > VIADUCT-MIB.txt`,
    )
    .action(async ({ base }: { base?: string }) => {
      const { runMib } = await import('./mib.ts');
      finish(await runMib(base, createOutput(process.stdout)));
    });
}

interface HooksImportFlags {
  readonly name: string;
  readonly firstMatch: boolean;
  readonly each: boolean;
}

function hooksCommand(finish: Finish): Command {
  const hooks = new Command('hooks').description('Work with hooks.conf of Cloudify.');
  hooks
    .command('import')
    .description('Print the broker configuration that runs the hooks of a hooks.conf.')
    .argument('<file>', 'the hooks.conf, as the configuration shall name it')
    .option('--name <name>', 'the name of the sink', 'hooks')
    .option('--first-match', 'of the hooks of one event only the first, as in the original', false)
    .option('--each', 'a sink and a route for each hook instead of one for the file', false)
    .addHelpText(
      'after',
      `
The file stays as it is: the configuration points to it, and what is changed in it counts.
Put what is printed into the sections "sinks" and "routes" of viaduct.yaml.

Examples:
  viaduct hooks import /opt/manager/hooks.conf
  viaduct hooks import --each hooks.conf`,
    )
    .action(async (file: string, flags: HooksImportFlags) => {
      const { runHooksImport } = await import('./hooks-import.ts');
      const streams = {
        read: (path: string) => readFile(path, 'utf8'),
        output: createOutput(process.stdout),
        errors: createOutput(process.stderr),
      };
      finish(await runHooksImport({ file, ...flags }, streams));
    });
  return hooks;
}

function adaptersCommand(finish: Finish): Command {
  return new Command('adapters')
    .description('List the adapters, their kinds of sources and sinks, and their options.')
    .option('--json', 'one adapter a line', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct adapters
  viaduct adapters --json | jq -r '.sinks[].options[].name'`,
    )
    .action(async (options: { json: boolean }) => {
      finish(await runAdapters(ADAPTERS, options, createOutput(process.stdout)));
    });
}
