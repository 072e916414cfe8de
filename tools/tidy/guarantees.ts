import { readIfThere } from './source-files.ts';

const CLAUSE = /^\*\*(\d+)\. /;
const HOLDER = /^- `([^`]+\.ts)`: (.+)$/;

/**
 * What is wrong with the page of guarantees: tests that it names and that do not exist, clauses
 * that no test holds, clauses out of their order.
 */
export function guaranteeFindings(root: string, page: string): readonly string[] {
  const findings: string[] = [];
  let clause = 0;
  let holders = 1;
  const close = (): void => {
    if (holders === 0) findings.push(`clause ${clause} names no test that holds it`);
  };
  for (const line of (readIfThere(root, page) ?? '').split('\n')) {
    const [, number] = CLAUSE.exec(line) ?? [];
    if (number !== undefined) {
      close();
      if (Number(number) !== clause + 1) findings.push(`clause ${number} follows clause ${clause}`);
      clause = Number(number);
      holders = 0;
    }
    const [, file, title] = HOLDER.exec(line) ?? [];
    if (file === undefined || title === undefined) continue;
    holders += 1;
    const text = readIfThere(root, file);
    if (text === undefined) findings.push(`clause ${clause} names ${file}, which is not there`);
    else if (!hasTitle(text, title)) findings.push(`${file} has no test "${title}"`);
  }
  close();
  return clause === 0 ? [`${page} has no clauses`] : findings;
}

/** A title, or its beginning, as a string of the file. */
function hasTitle(text: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}`));
}
