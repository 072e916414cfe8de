/** A command that stands for one of its own where none is written: `viaduct events`, its search. */
import type { Command } from 'commander';

/** What `command` stands for; missing where it stands for itself, or is a group. */
export function defaultCommand(command: Command): Command | undefined {
  // commander keeps its name, and has no way to ask for it.
  const { _defaultCommandName: name } = command as unknown as {
    readonly _defaultCommandName?: string | null;
  };
  return command.commands.find((one) => one.name() === name);
}
