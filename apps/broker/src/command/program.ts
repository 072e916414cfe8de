/** The command line: every command there is. What each takes and does stands in its own file. */
import { Command, CommanderError } from 'commander';
import { ADAPTERS } from '../adapters.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { adaptersCommand } from './adapters-command.ts';
import { alarmsCommand } from './alarms-command.ts';
import { checkCommand } from './check-command.ts';
import { completeCommand, completionCommand } from './completion-command.ts';
import { dlqCommand } from './dlq-command.ts';
import { eventsCommand } from './events-command.ts';
import type { Finish } from './finish.ts';
import { healthCommand } from './health-command.ts';
import { hooksCommand } from './hooks-command.ts';
import { initCommand } from './init-command.ts';
import { journalCommand } from './journal-command.ts';
import { mibCommand } from './mib-command.ts';
import { replayCommand } from './replay-command.ts';
import { runCommand } from './run-command.ts';
import { schemaCommand } from './schema-command.ts';
import { statusCommand } from './status-command.ts';
import { tailCommand } from './tail-command.ts';
import { testCommand } from './test-command.ts';
import { translateCommand } from './translate-command.ts';

const EXIT_CODES = `
Exit codes:
  0  done, or stopped cleanly
  1  it ran, and the answer is not good: inputs of translate that could not be translated, cases of
     test that failed, letters of dlq replay that stay, a journal that is damaged, a broker that
     is not ready
  2  wrong usage or configuration
  3  this Node.js is too old
  4  the broker had to stop: journal failed, data folder in use or not writable
130  a signal ended it in the middle; what was done until then stays done`;

/** Parses arguments (without `node` and the script) and does what they say. */
export async function runProgram(args: readonly string[], version: string): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = createProgram(version, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

/** All commands in their groups; completion reads the same tree. */
export function createProgram(version: string, finish: Finish): Command {
  const program = new Command('viaduct')
    .description('Carries events between infrastructures, each in its own dialect.')
    .version(version)
    .showHelpAfterError('Try "viaduct --help", or "viaduct COMMAND --help".')
    .exitOverride()
    .addHelpText('after', EXIT_CODES);
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
      journalCommand(finish, ADAPTERS),
    ],
  };
}

/** Also to the commands of commands: all of them return instead of ending the process. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}
