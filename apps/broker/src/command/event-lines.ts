/** Events as they come, a line each, in columns that do not jump. */
import type { CanonicalEvent } from '@viaduct/core';
import type { Output } from '../output.ts';
import type { Colours } from './colours.ts';
import { shown, shownTime } from './table.ts';

/** What of an event a line tells. */
export interface TailedEvent {
  readonly position: number;
  /** When it was stored, milliseconds since the epoch. */
  readonly at: number;
  readonly source: string;
  readonly targets: readonly string[];
  readonly event: CanonicalEvent;
}

/** Widths to begin with, and the greatest: time, source, subject, state, native type, sinks. */
const WIDTHS: readonly (readonly [least: number, most: number])[] = [
  [20, 20],
  [6, 16],
  [12, 32],
  [8, 12],
  [24, 40],
  [6, 30],
];

/** Below this many columns of a terminal only the time of the day is told. */
const NARROW = 100;

/**
 * Makes the lines. A column grows with what it has to hold, up to a bound, and stays so; on a
 * terminal a line ends where the terminal does.
 */
export function createEventLines(
  output: Pick<Output, 'columns'>,
  colours: Colours,
): (event: TailedEvent) => string {
  const widths = WIDTHS.map(([least]) => least);
  return (one) => {
    const { columns } = output;
    const isNarrow = columns !== undefined && columns < NARROW;
    const time = shownTime(one.at);
    const cells = [isNarrow ? time.slice(11, 19) : time, ...cellsOf(one)];
    const message = cells.pop() ?? '';
    const placed = cells.map((cell, at) => {
      const most = WIDTHS[at]?.[1] ?? cell.length;
      const text = shown(cell, most);
      widths[at] = Math.max(isNarrow && at === 0 ? 8 : (widths[at] ?? 0), text.length);
      return text.padEnd(isNarrow && at === 0 ? 8 : (widths[at] ?? 0));
    });
    return `${painted(placed, message, one, columns, colours)}\n`;
  };
}

function cellsOf({ source, targets, event }: TailedEvent): readonly string[] {
  const { subject, nativetype, replayed, data } = event;
  const type = replayed === undefined ? nativetype : `${nativetype} (again)`;
  const to = targets.length === 0 ? '-' : targets.join(',');
  return [source, subject, data.state?.value ?? '-', type, to, data.message ?? ''];
}

/** Cut before it is painted: what colours a text has no width. */
function painted(
  cells: readonly string[],
  message: string,
  { event }: TailedEvent,
  columns: number | undefined,
  colours: Colours,
): string {
  const { severity, outcome } = event.data;
  const isBad = severity === 'error' || severity === 'critical' || outcome === 'failure';
  const paint = isBad ? colours.red : severity === 'warning' ? colours.yellow : colours.green;
  const paints = [colours.dim, colours.cyan, plain, paint, plain, colours.dim];
  const texts = [...cells, shown(message, MESSAGE_LENGTH_MAX)];
  let room = columns ?? Infinity;
  const parts: string[] = [];
  for (const [at, text] of texts.entries()) {
    if (room <= 0) break;
    const isLast = at === texts.length - 1;
    const cut = (isLast ? text : `${text}  `).slice(0, room);
    room -= cut.length;
    parts.push((paints[at] ?? plain)(cut));
  }
  return parts.join('').trimEnd();
}

/** Longest message that is told, in characters. */
const MESSAGE_LENGTH_MAX = 200;

function plain(text: string): string {
  return text;
}
