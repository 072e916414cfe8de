/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value below which `percent` of all lie, interpolated. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Prints rows as a table with aligned columns, numbers to the right. */
export function printTable(title: string, rows: readonly Readonly<Record<string, string>>[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const width = (column: string): number =>
    Math.max(column.length, ...rows.map((row) => row[column]?.length ?? 0));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const size = width(columns[index] ?? '');
        return index === 0 ? cell.padEnd(size) : cell.padStart(size);
      })
      .join('  ');
  console.log(`\n${title}\n`);
  console.log(line(columns));
  console.log(line(columns.map((column) => '-'.repeat(width(column)))));
  for (const row of rows) console.log(line(columns.map((column) => row[column] ?? '')));
}

/** A rate for people: `12,345/s`. */
export function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s`;
}
