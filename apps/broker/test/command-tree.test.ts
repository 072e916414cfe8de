/** What is true of every command alike: read from the definitions themselves. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { defaultCommand } from '../src/command/default-command.ts';
import { createProgram } from '../src/command/program.ts';
import { wantsJson } from '../src/error-line.ts';

/** `viaduct dlq list` → the command; groups besides, hidden ones not. */
function allCommands(
  command: Command = program(),
  path: readonly string[] = ['viaduct'],
): readonly (readonly [path: string, command: Command])[] {
  return command.commands
    .filter((one) => !one.name().startsWith('_'))
    .flatMap((one) => {
      const own = [...path, one.name()];
      return [[own.join(' '), one] as const, ...allCommands(one, own)];
    });
}

function program(): Command {
  return createProgram('1.2.3', () => undefined);
}

/** All of the help, with what stands below the options. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (piece) => (text += piece) });
  command.outputHelp();
  return text;
}

const isGroup = (command: Command): boolean =>
  command.commands.length > 0 && defaultCommand(command) === undefined;

const commands = allCommands();

describe('every command', () => {
  it('is found at all', () => {
    expect(commands.length).toBeGreaterThan(25);
  });

  it.each(commands.filter(([, command]) => !isGroup(command)))('%s takes --json', (_, command) => {
    const options = [...command.options, ...(defaultCommand(command)?.options ?? [])];
    expect(options.map(({ long }) => long)).toContain('--json');
  });

  it.each(commands)('%s has examples and says its exit codes', (_, command) => {
    const help = helpOf(command);
    expect(help).toMatch(/\nExamples:\n {2}.*viaduct /);
    expect(help).toContain('Exit codes:');
    expect(help).not.toContain('(default: false)');
  });

  it.each(commands.flatMap(([path, command]) => examplesOf(command).map((line) => [path, line])))(
    'of %s can be given as its example says: %s',
    async (_, line) => {
      const ran: string[] = [];
      const tried = program();
      const whole = [tried, ...allCommands(tried).map(([, command]) => command)];
      for (const one of whole) {
        one.configureOutput({ writeErr: () => undefined });
        if (!isGroup(one)) one.action(() => void ran.push(one.name()));
      }
      await tried.parseAsync(wordsOf(line), { from: 'user' });
      expect(ran).toHaveLength(1);
    },
  );
});

/** The calls of `viaduct` below "Examples:", those within other commands besides. */
function examplesOf(command: Command): readonly string[] {
  const [, below = ''] = helpOf(command).split('\nExamples:\n');
  const [lines = ''] = below.split('\n\n');
  return lines
    .split('\n')
    .flatMap((line) =>
      line
        .replace('$(date +%F)', 'today')
        .split(/(?<![-/\w])viaduct /)
        .slice(1),
    )
    .map((text) => text.trim());
}

/** As a shell has them, up to where another command begins, a file is named or a remark stands. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word, single, double, plain = ''] of line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)) {
    if (/^([|<>]|&&|1?>|\\|with)$/.test(word)) break;
    if (plain.startsWith('$(')) return [...words, '1'];
    words.push(single ?? double ?? plain.replace(/\)$/, ''));
    if (plain.endsWith(')')) break;
  }
  return words;
}

describe('the help of the command', () => {
  it('begins with what somebody does first, and has the exit codes once', () => {
    const help = helpOf(program());
    expect(help).toContain('First steps:\n  viaduct init');
    expect(help.match(/Exit codes:/g)).toHaveLength(1);
    for (const name of ['VIADUCT_CONFIG', 'VIADUCT_URL', 'VIADUCT_TOKEN', 'NO_COLOR']) {
      expect(help).toContain(name);
    }
  });

  it('has of a command that stands for one of its own the options of that one', () => {
    const events = program().commands.find((one) => one.name() === 'events') ?? new Command();
    expect(helpOf(events)).toContain('--columns <names>');
  });
});

describe('JSON is wanted', () => {
  it.each([
    [['status', '--json'], true],
    [['events', '-o', 'json'], true],
    [['events', '--output=json'], true],
    [['events', '-o', 'yaml'], false],
    [['dlq', 'list', '--text', 'json'], false],
    [['init', '--', '--json'], false],
  ])('%j: %s', (args, wanted) => {
    expect(wantsJson(args)).toBe(wanted);
  });
});
