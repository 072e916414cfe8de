/** Real shells: what they offer when somebody presses Tab. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { ensurePeers } from './debian-packages.ts';
import { recordStarted } from './started.ts';

/** A shell that completes. */
export type Shell = 'bash' | 'zsh' | 'fish';

/** Where a line is completed. */
export interface CompletionOptions {
  /** The command that is completed; its function is `_NAME`. */
  readonly name: string;
  /** What the command prints for this shell. */
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const LONGEST_MS = 120_000;

/**
 * For bash the line's words, the last of which is being written, as Readline hands them over; for
 * zsh the same with its completion system's own functions replaced by ones that print what they
 * are given; fish completes a line by itself.
 */
const PROGRAMS: Readonly<Record<Shell, string>> = {
  bash: `eval "$SCRIPT"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$NAME"
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: `compdef() { : }; _files() { print -r -- :files }
    _describe() { local list=$@[-1]; print -rl -- "\${(@P)list}" }
    eval "$SCRIPT"; words=("$@"); CURRENT=$#; "_$NAME"`,
  fish: `set -g fish_greeting; echo $SCRIPT | source; complete -C (string join -- ' ' $argv)`,
};

/** The candidates for the last of the words, sorted, without what is said about them. */
export async function completionsOf(
  shell: Shell,
  words: readonly string[],
  { name, script, cwd, env }: CompletionOptions,
): Promise<readonly string[]> {
  ensurePeers(['shells']);
  const before = { bash: ['--norc', '-c'], zsh: ['-f', '-c'], fish: ['--no-config', '-c'] }[shell];
  // For bash and zsh the word after the program is $0.
  const own = shell === 'fish' ? [] : [shell];
  const running = promisify(execFile)(shell, [...before, PROGRAMS[shell], ...own, ...words], {
    cwd,
    env: { ...env, SCRIPT: script, NAME: name },
    timeout: LONGEST_MS,
  });
  const version = spawnSync(shell, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? '';
  recordStarted({ peer: 'shells', pid: running.child.pid ?? 0, version });
  const { stdout } = await running;
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.replace(/(?<!^|\\)[:\t].*$/s, '')).sort();
}
