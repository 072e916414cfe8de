/** `viaduct completion`: what a shell needs to complete commands, options and names. */
import { Argument, Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { EXIT } from '../exit-code.ts';
import type { Finish } from './finish.ts';

/** What the scripts call; no command for people. */
const COMPLETE = '__complete';

/** The definition of the command. */
export function completionCommand(finish: Finish): Command {
  const shell = new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']);
  return new Command('completion')
    .description('Print what makes a shell complete commands, options, sources and sinks.')
    .addArgument(shell)
    .option('--json', 'one object: { shell, script }', false)
    .addHelpText(
      'after',
      `
Names of sources and sinks come from the configuration that the line names, or ./viaduct.yaml.

Examples:
  source <(viaduct completion bash)                                    for this shell
  viaduct completion bash > /etc/bash_completion.d/viaduct
  viaduct completion zsh > "\${fpath[1]}/_viaduct"
  viaduct completion fish > ~/.config/fish/completions/viaduct.fish`,
    )
    .action(async (name: 'bash' | 'zsh' | 'fish', { json }: { readonly json: boolean }) => {
      const { createOutput } = await import('../output.ts');
      const { COMPLETION_SCRIPTS } = await import('./completion-scripts.ts');
      const script = COMPLETION_SCRIPTS[name];
      const text = json ? `${JSON.stringify({ shell: name, script })}\n` : script;
      await createOutput(process.stdout).write(text);
      finish(EXIT.ok);
    });
}

/** What the scripts call with the words of the line, the last of which is being written. */
export function completeCommand(
  finish: Finish,
  adapters: readonly AdapterEntry[],
  program: () => Command,
): Command {
  return new Command(COMPLETE)
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { createOutput } = await import('../output.ts');
      const { complete } = await import('./complete.ts');
      const { candidates, files } = await complete(words, program(), adapters);
      const lines = candidates.map(({ word, about }) => `${word}\t${about}\n`);
      const rest = files ? ':files\n' : '';
      await createOutput(process.stdout).write(lines.join('') + rest);
      finish(EXIT.ok);
    });
}
