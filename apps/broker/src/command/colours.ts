/** Colours for people at a terminal, and nothing for everybody else. */
import type { Output } from '../output.ts';

/** Wraps texts so that they are shown in a colour, or leaves them alone. */
export interface Colours {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** What ECMA-48 (SGR) calls them: what begins it and what ends it. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/**
 * Colours on a terminal; none into a pipe or a file, or where `NO_COLOR` is set to anything
 * (no-color.org) or the terminal is `dumb`. `FORCE_COLOR` wants them anyway.
 */
export function coloursFor(
  { isTerminal }: Pick<Output, 'isTerminal'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Colours {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = environment;
  const isForced = FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  const isWanted = NO_COLOR === '' && (isForced || (isTerminal && TERM !== 'dumb'));
  const paint =
    ([begin, end]: readonly [number, number]) =>
    (text: string): string =>
      isWanted && text !== '' ? `\x1b[${String(begin)}m${text}\x1b[${String(end)}m` : text;
  return {
    bold: paint(CODES.bold),
    dim: paint(CODES.dim),
    red: paint(CODES.red),
    green: paint(CODES.green),
    yellow: paint(CODES.yellow),
    cyan: paint(CODES.cyan),
  };
}
