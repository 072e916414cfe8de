/** Events as they come, a line each, in columns that do not jump. */
import type { Output } from '../output.ts';
import type { Colours } from './colours.ts';
import type { EventColumn, ListedEvent } from './event-columns.ts';
import { shown } from './table.ts';

/** Widths to begin with, and the greatest, by column. */
const WIDTHS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  stored: [20, 20],
  source: [6, 16],
  subject: [12, 32],
  state: [8, 12],
  native: [24, 40],
  sinks: [6, 30],
  id: [36, 36],
};

/** Greatest width of a column of which nothing is known. */
const WIDTH_MAX = 40;

/** Below this many columns of a terminal only the time of the day is told. */
const NARROW = 100;

/** The time of the day in a time to the second. */
const TIME_OF_DAY = [11, 19] as const;

/** Longest field at the end of a line, in characters. */
const LAST_LENGTH_MAX = 200;

/** Makes the lines of events. */
export interface EventLines {
  /** What stands in which column. */
  title(): string;
  line(one: ListedEvent): string;
}

/**
 * Makes the lines. A column grows with what it has to hold, up to a bound, and stays so; on a
 * terminal a line ends where the terminal does.
 */
export function createEventLines(
  shownColumns: readonly EventColumn[],
  output: Pick<Output, 'columns'>,
  colours: Colours,
): EventLines {
  const isNarrow = (): boolean => output.columns !== undefined && output.columns < NARROW;
  const widths = shownColumns.map(({ name, title }) =>
    Math.max(title.length, isNarrow() && name === 'stored' ? 8 : (WIDTHS[name]?.[0] ?? 0)),
  );
  const place = (texts: readonly string[]): readonly string[] =>
    texts.map((text, at) => {
      if (at === texts.length - 1) return shown(text, LAST_LENGTH_MAX);
      const cell = shown(text, WIDTHS[shownColumns[at]?.name ?? '']?.[1] ?? WIDTH_MAX);
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
      return cell.padEnd(widths[at]);
    });
  return {
    title: () => {
      const cells = place(shownColumns.map(({ title }) => title));
      return joined(cells, () => colours.bold, output.columns);
    },
    line: (one) => {
      const texts = shownColumns.map(({ name, text }) =>
        name === 'stored' && isNarrow() ? text(one).slice(...TIME_OF_DAY) : text(one),
      );
      const painter = (at: number) => paintOf(shownColumns[at]?.name, one, colours);
      return joined(place(texts), painter, output.columns);
    },
  };
}

type Paint = (text: string) => string;

function paintOf(name: string | undefined, { event }: ListedEvent, colours: Colours): Paint {
  if (name === 'stored' || name === 'message') return colours.dim;
  if (name === 'source') return colours.cyan;
  if (name !== 'state' && name !== 'severity') return (text) => text;
  const { severity, outcome } = event.data;
  const isBad = severity === 'error' || severity === 'critical' || outcome === 'failure';
  if (isBad) return colours.red;
  return severity === 'warning' ? colours.yellow : colours.green;
}

/** Cut before it is painted: what colours a text has no width. */
function joined(
  cells: readonly string[],
  painter: (at: number) => Paint,
  columns: number | undefined,
): string {
  let room = columns ?? Infinity;
  const parts: string[] = [];
  for (const [at, text] of cells.entries()) {
    if (room <= 0) break;
    const isLast = at === cells.length - 1;
    const cut = (isLast ? text.trimEnd() : `${text}  `).slice(0, room);
    room -= cut.length;
    parts.push(painter(at)(cut));
  }
  return `${parts.join('').trimEnd()}\n`;
}
