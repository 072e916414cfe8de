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

/** Rows under their titles, one a line, each field cut to what is shown. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((text) => shown(text)));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  return [titles, ...cells]
    .map((row) => row.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** A time to the second, in UTC. */
export function shownTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
