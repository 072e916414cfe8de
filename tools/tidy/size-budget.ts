import ts from 'typescript';
import { lineOf, type SourceFile, visit } from './source-files.ts';

/** The stop for a file, the aim for the middle one, and the stops for a function and a comment. */
export const BUDGET = {
  fileLines: 500,
  medianFileLines: 120,
  functionLines: 70,
  commentColumns: 100,
} as const;

/** Files that may be longer or wider, and why; mostly tables. */
export type Exceptions = Readonly<Record<string, string>>;

/** What is over the budget, and exceptions that are not needed (any more). */
export function sizeFindings(
  files: readonly SourceFile[],
  exceptions: Exceptions,
): readonly string[] {
  const findings: string[] = [];
  const needed = new Set<string>();
  for (const file of files) {
    const own = [...fileFindings(file), ...wideComments(file), ...longFunctions(file)];
    if (file.path in exceptions) {
      if (own.length > 0) needed.add(file.path);
    } else findings.push(...own);
  }
  const idle = Object.keys(exceptions).filter((path) => !needed.has(path));
  return [...findings, ...idle.map((path) => `${path} needs no exception from the size budget`)];
}

/** The length of the file in the middle, in lines. */
export function medianLines(files: readonly SourceFile[]): number {
  const lengths = files.map(({ lines }) => lines.length).sort((one, other) => one - other);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}

function fileFindings({ path, lines }: SourceFile): readonly string[] {
  return lines.length > BUDGET.fileLines ? [`${path} has ${lines.length} lines`] : [];
}

/** Comments only: the formatter sees to the code, and a string has no place to break. */
function wideComments({ path, lines }: SourceFile): readonly string[] {
  return lines.flatMap((line, index) =>
    line.length > BUDGET.commentColumns && /^\s*(\/\/|\/?\*)/.test(line) && !line.includes('://')
      ? [`${path}:${index + 1} has ${line.length} columns`]
      : [],
  );
}

function longFunctions({ path, tree, lines }: SourceFile): readonly string[] {
  const findings: string[] = [];
  visit(tree, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const first = lineOf(tree, node);
    const last = tree.getLineAndCharacterOfPosition(node.end).line + 1;
    const length = lines.slice(first - 1, last).filter(isCode).length;
    if (length > BUDGET.functionLines) {
      findings.push(`${path}:${first} has a function of ${length} lines`);
    }
  });
  return findings;
}

function isCode(line: string): boolean {
  return !/^\s*($|\/\/|\/?\*)/.test(line);
}
