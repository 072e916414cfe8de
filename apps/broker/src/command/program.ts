/** The command line: every command there is. What each takes and does stands in its own file. */
import { Command, CommanderError } from 'commander';
import { ADAPTERS } from '../adapters.ts';
import { errorLine, type ToldError, wantsJson } from '../error-line.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { adaptersCommand } from './adapters-command.ts';
import { alarmsCommand } from './alarms-command.ts';
import { checkCommand } from './check-command.ts';
import { completeCommand, completionCommand } from './completion-command.ts';
import { dlqCommand } from './dlq-command.ts';
import { eventsCommand } from './events-command.ts';
import type { Finish } from './finish.ts';
import { healthCommand } from './health-command.ts';
import { withHelp } from './help.ts';
import { hooksCommand } from './hooks-command.ts';
import { initCommand } from './init-command.ts';
import { journalCommand } from './journal-command.ts';
import { mibCommand } from './mib-command.ts';
import { replayCommand } from './replay-command.ts';
import { runCommand } from './run-command.ts';
import { schemaCommand } from './schema-command.ts';
import { sinksCommand } from './sinks-command.ts';
import { statusCommand } from './status-command.ts';
import { tailCommand } from './tail-command.ts';
import { testCommand } from './test-command.ts';
import { translateCommand } from './translate-command.ts';

/** Parses arguments (without `node` and the script) and does what they say. */
export async function runProgram(args: readonly string[], version: string): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = createProgram(version, (code) => {
    exitCode = code;
  });
  const json = wantsJson(args);
  if (json) silenceErrors(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    if (json) process.stderr.write(errorLine(usageError(error), json));
    return EXIT.usage;
  }
  return exitCode;
}

/** What commander would write for people is told as JSON instead. */
function silenceErrors(command: Command): void {
  command.configureOutput({ writeErr: () => undefined });
  for (const inner of command.commands) silenceErrors(inner);
}

function usageError({ message }: CommanderError): ToldError {
  return { code: 'VIA_BROKER_USAGE', message: message.replace(/^error: /, '') };
}

/** All commands in their groups; completion reads the same tree. */
export function createProgram(version: string, finish: Finish): Command {
  const program = new Command('viaduct')
    .description('Carries events between infrastructures, each in its own dialect.')
    .version(version)
    .showHelpAfterError('Try "viaduct --help", or "viaduct COMMAND --help".')
    .addHelpCommand(helpCommand().helpGroup('Set up:'))
    .exitOverride();
  withHelp(program);
  for (const [group, commands] of Object.entries(commandsOf(finish))) {
    for (const command of commands) program.addCommand(command.helpGroup(`${group}:`));
  }
  program.addCommand(
    completeCommand(finish, ADAPTERS, () => program),
    { hidden: true },
  );
  inheritSettings(program);
  return program;
}

function helpCommand(): Command {
  return new Command('help')
    .argument('[command]')
    .description('Show this, or the help of a command.');
}

/** By what somebody wants to do, in the order in which he comes to want it. */
function commandsOf(finish: Finish): Readonly<Record<string, readonly Command[]>> {
  return {
    'Set up': [
      initCommand(finish, ADAPTERS),
      checkCommand(finish, ADAPTERS),
      testCommand(finish, ADAPTERS),
      translateCommand(finish, ADAPTERS),
      adaptersCommand(finish, ADAPTERS),
      hooksCommand(finish),
      mibCommand(finish),
      schemaCommand(finish, ADAPTERS),
      completionCommand(finish),
    ],
    Run: [runCommand(finish, ADAPTERS), healthCommand(finish, ADAPTERS)],
    Watch: [
      statusCommand(finish, ADAPTERS),
      tailCommand(finish, ADAPTERS),
      eventsCommand(finish, ADAPTERS),
      alarmsCommand(finish, ADAPTERS),
    ],
    Repair: [
      dlqCommand(finish, ADAPTERS),
      replayCommand(finish, ADAPTERS),
      sinksCommand(finish, ADAPTERS),
      journalCommand(finish, ADAPTERS),
    ],
  };
}

/** Also to the commands of commands: all of them return instead of ending the process. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    if (command.commands.length > 0) command.addHelpCommand(helpCommand());
    inheritSettings(command);
  }
}
