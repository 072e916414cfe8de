/**
 * The name nearest to a misspelt one, where one is near enough to be meant: at most a third of its
 * letters away (insertions, deletions, replacements, swaps of neighbours), case set aside.
 */
export function nearestName(wrong: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wrong.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Longer names are compared by their beginnings: the cost grows with the square. */
const LENGTH_MAX = 64;

/** Optimal string alignment distance. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, LENGTH_MAX);
  const b = right.slice(0, LENGTH_MAX);
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = cell(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, cell(row, j) + 1, cell(next, j - 1) + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) least = Math.min(least, cell(before, j - 2) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return cell(row, b.length);
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

/** `did you mean "x"?` where a name is near, else the whole list, to be put after a full stop. */
export function suggest(wrong: string, names: readonly string[]): string {
  const nearest = nearestName(wrong, names);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  if (names.length === 0) return 'There is none to choose from.';
  return `Known: ${names.join(', ')}.`;
}
