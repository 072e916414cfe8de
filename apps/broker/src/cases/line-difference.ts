/** Which lines of two texts differ. */

/** A line of one text or of both. */
export interface DifferenceLine {
  readonly kind: 'expected' | 'actual' | 'both' | 'left-out';
  readonly text: string;
}

/** Lines shown around what differs. */
const CONTEXT = 2;

/** Largest table of pairs of lines that is filled; beyond it all of one stands before the other. */
const PAIRS_MAX = 1_000_000;

/** What was expected and what came out, with two lines around each place where they differ. */
export function lineDifference(
  expected: readonly string[],
  actual: readonly string[],
): readonly DifferenceLine[] {
  const shorter = Math.min(expected.length, actual.length);
  let head = 0;
  while (head < shorter && expected[head] === actual[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && expected.at(-1 - tail) === actual.at(-1 - tail)) tail += 1;
  const middle = middleOf(
    expected.slice(head, expected.length - tail),
    actual.slice(head, actual.length - tail),
  );
  const both = (texts: readonly string[]) => texts.map((text) => ({ kind: 'both', text }) as const);
  const end = expected.slice(expected.length - tail);
  return nearby([...both(expected.slice(0, head)), ...middle, ...both(end)]);
}

/** By the longest sequence of lines that both have. */
function middleOf(left: readonly string[], right: readonly string[]): readonly DifferenceLine[] {
  const expected = (text: string): DifferenceLine => ({ kind: 'expected', text });
  const actual = (text: string): DifferenceLine => ({ kind: 'actual', text });
  if (left.length * right.length > PAIRS_MAX) return [...left.map(expected), ...right.map(actual)];
  const lengths = commonLengths(left, right);
  const lines: DifferenceLine[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [one, other] = [left[i], right[j]];
    if (one !== undefined && one === other) {
      lines.push({ kind: 'both', text: one });
      [i, j] = [i + 1, j + 1];
    } else if (
      one !== undefined &&
      (other === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))
    ) {
      lines.push(expected(one));
      i += 1;
    } else {
      lines.push(actual(other ?? ''));
      j += 1;
    }
  }
  return lines;
}

/** How many lines the ends of both texts have in common, from each pair of lines on. */
function commonLengths(left: readonly string[], right: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const longer = Math.max(at(rows, i + 1, j), at(rows, i, j + 1));
      const row = rows[i];
      if (row !== undefined) row[j] = left[i] === right[j] ? at(rows, i + 1, j + 1) + 1 : longer;
    }
  }
  return rows;
}

function at(rows: readonly Uint32Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}

/** What both have is left out where nothing near it differs. */
function nearby(lines: readonly DifferenceLine[]): readonly DifferenceLine[] {
  const isShown = new Set<number>();
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'both') continue;
    for (let near = index - CONTEXT; near <= index + CONTEXT; near += 1) isShown.add(near);
  }
  const shown: DifferenceLine[] = [];
  for (const [index, line] of lines.entries()) {
    if (isShown.has(index)) shown.push(line);
    // Between two places, and not before the first one or after the last.
    else if (isShown.has(index - 1) && lines.slice(index).some(({ kind }) => kind !== 'both')) {
      shown.push({ kind: 'left-out', text: '…' });
    }
  }
  return shown;
}
