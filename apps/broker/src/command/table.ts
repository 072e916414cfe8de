/** Tables for people: the columns as wide as what they hold. */

/** Longest field that is shown, in characters. */
const SHOWN_LENGTH_MAX = 60;

/** What must not reach a terminal: events carry texts of strangers. */
const CONTROL = /\p{Cc}|\p{Cf}/gu;

/** A text of a stranger as it may be shown: on one line, without what would steer the terminal. */
export function shown(text: string, lengthMax: number = SHOWN_LENGTH_MAX): string {
  const plain = text.replace(CONTROL, '�');
  return plain.length <= lengthMax ? plain : `${plain.slice(0, lengthMax - 1)}…`;
}

/** Narrowest a column is made so that a line fits, in characters. */
const SHRUNK_LENGTH_MIN = 8;

/**
 * What columns are called that are never cut: they are copied into the next command, or say
 * nothing in part.
 */
const WHOLE: readonly string[] = ['ID', 'CODE', 'TIME', 'STORED', 'SINCE'];

/** Longest field at the end of a line where no terminal says how wide it is, in characters. */
const LAST_LENGTH_MAX = 300;

/**
 * Rows under their titles, one a line, each field cut to what is shown; the last one has the room
 * that is left. With `columns`, those of a
 * terminal, the widest columns are made narrower until a line fits, as far as that goes.
 */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  columns?: number,
): string {
  const lengthMax = (at: number): number => {
    if (at < titles.length - 1) return SHOWN_LENGTH_MAX;
    return columns === undefined ? LAST_LENGTH_MAX : Math.max(columns, SHOWN_LENGTH_MAX);
  };
  const cells = rows.map((row) => row.map((text, at) => shown(text, lengthMax(at))));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  if (columns !== undefined) shrink(widths, titles, columns);
  return [titles, ...cells]
    .map((row) => row.map((text, at) => shown(text, widths[at]).padEnd(widths[at] ?? 0)))
    .map((row) => `${row.join(GAP).trimEnd()}\n`)
    .join('');
}

/** Between two columns. */
const GAP = '  ';

function shrink(widths: number[], titles: readonly string[], columns: number): void {
  const lineLength = (): number =>
    widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
  while (lineLength() > columns) {
    const candidates = widths.map((width, at) => (WHOLE.includes(titles[at] ?? '') ? 0 : width));
    const widest = Math.max(...candidates);
    if (widest <= SHRUNK_LENGTH_MIN) return;
    widths[candidates.indexOf(widest)] = widest - 1;
  }
}

/** A time to the second, in UTC. */
export function shownTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
