/** What the demo says on the terminal: a line for what happened and what became of it. */
import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Writes lines for people; colours only to those who see them. */
export interface Screen {
  /** A paragraph, broken at blanks to the width of the terminal. */
  say(text: string): void;
  /** Where to look, in a browser. */
  address(url: string, what: string): void;
  /** Something that needs a person's attention. */
  warn(text: string): void;
  /** What happened, and where it went. */
  passed(what: Passage): void;
  /** What somebody at the other end got. */
  arrived(who: string, what: string): void;
  totals(parts: readonly string[]): void;
}

/** One event on its way to one sink. */
export interface Passage {
  readonly system: string;
  readonly subject: string;
  readonly happening: string;
  readonly target: string;
  readonly native: string;
  readonly outcome: 'delivered' | 'sent' | 'kept' | 'refused';
}

/** Width of a line where the output is no terminal. */
const WIDTH_DEFAULT = 110;

/** Narrower than this, a passage takes two lines. */
const ONE_LINE_MIN = 96;

const OUTCOME_STYLE: Readonly<Record<Passage['outcome'], Style>> = {
  delivered: 'green',
  sent: 'green',
  kept: 'yellow',
  refused: 'red',
};

/** A screen on a stream, by default standard output. */
export function createScreen(stream: NodeJS.WriteStream = process.stdout): Screen {
  const paint = (style: Style, text: string): string => styleText(style, text, { stream });
  const width = (): number => (stream.isTTY ? Math.max(stream.columns, 30) : WIDTH_DEFAULT);
  const line = (text: string): void => {
    stream.write(`${fit(text, width())}\n`);
  };
  const paragraph = (text: string, style?: Style): void => {
    for (const part of wrap(text, width())) {
      stream.write(`${style === undefined ? part : paint(style, part)}\n`);
    }
  };
  return {
    say: (text) => paragraph(text),
    address: (url, what) => line(`  ➜  ${paint(['bold', 'cyan'], url)}  ${what}`),
    warn: (text) => paragraph(text, 'yellow'),
    passed: (passage) => {
      const { system, subject, happening, target, native, outcome } = passage;
      const result = paint(OUTCOME_STYLE[outcome], outcome);
      const name = paint('bold', subject);
      if (width() >= ONE_LINE_MIN) {
        const left = `${system.padEnd(10)} ${column(name, 18)} ${happening.padEnd(29)}`;
        line(`${left} → ${target.padEnd(10)} ${column(result, 9)} ${native}`);
        return;
      }
      line(`${system} ${name} ${happening}`);
      line(`  → ${result} ${target} ${native}`);
    },
    arrived: (who, what) => line(paint('dim', `  ↳ ${who}: ${what.trim()}`)),
    totals: (parts) => {
      stream.write('\n');
      paragraph(parts.join(' · '), 'cyan');
      stream.write('\n');
    },
  };
}

function column(text: string, columns: number): string {
  const missing = columns - stripVTControlCharacters(text).length;
  return missing > 0 ? text + ' '.repeat(missing) : text;
}

/** A line that is not broken by the terminal: what is too long ends in an ellipsis. */
export function fit(text: string, width: number): string {
  const plain = stripVTControlCharacters(text).trimEnd();
  if (plain.length <= width) return text.trimEnd();
  // Cutting painted text would leave colours switched on, so what is cut loses them.
  return `${plain.slice(0, width - 1)}…`;
}

/** Lines of at most `width`, broken at blanks. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
