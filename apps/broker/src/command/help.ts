/** How help looks, of every command alike. */
import { type Command, Help, type HelpConfiguration, type Option } from 'commander';
import { defaultCommand } from './default-command.ts';

/** What an operator does first, in this order. */
const FIRST_STEPS = `
First steps:
  viaduct init             asks a few questions and writes viaduct.yaml
  viaduct check            says everything that is wrong with it
  viaduct run              runs it
  viaduct tail             shows what comes, in another terminal
  viaduct events --since 1h --severity error
  viaduct COMMAND --help   has examples of each

Environment:
  VIADUCT_CONFIG  the configuration file, where no option says it; else ./viaduct.yaml
  VIADUCT_URL     a broker elsewhere, as --url says it; VIADUCT_TOKEN is its token
  NO_COLOR        no colours; there are none into a pipe or a file anyway
`;

const EXIT_CODES = `
Exit codes:
  0  done, or stopped cleanly
  1  it ran, and the answer is not good: inputs of translate that could not be translated, cases of
     test that failed, letters of dlq replay that stay, a journal that is damaged, a broker that
     is not ready
  2  wrong usage or configuration
  3  this Node.js is too old
  4  it could not be done: no broker runs or answers, the journal failed, the data folder is in use
     or not writable
130  a signal ended it in the middle; what was done until then stays done`;

/** The line that the help of every command ends with. */
const EXIT_CODES_SHORT =
  'Exit codes: 0 done, 1 the answer is not good, 2 wrong usage, 4 it could not be done.';

/** Adds to the help of a program what is said once, and what every command of it ends with. */
export function withHelp(program: Command): Command {
  return program
    .configureHelp(HELP)
    .addHelpText('after', FIRST_STEPS + EXIT_CODES)
    .addHelpText('afterAll', ({ command }) => (command === program ? '' : `\n${EXIT_CODES_SHORT}`));
}

/** What differs from commander's own. */
const HELP: HelpConfiguration = {
  // That a switch is off unless it is given need not be said.
  optionDescription(option: Option): string {
    const isSwitch = option.defaultValue === false || isEmptyList(option.defaultValue);
    return isSwitch ? option.description : Help.prototype.optionDescription.call(this, option);
  },
  // Of a command that stands for one of its own, the options of that one: they can be written.
  visibleOptions(command: Command): Option[] {
    return Help.prototype.visibleOptions.call(this, defaultCommand(command) ?? command);
  },
};

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
