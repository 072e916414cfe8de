import type { BrokerErrorCode } from '../errors.ts';
import { formatPath, type Path } from './path.ts';

/** One thing that is wrong in a configuration, with where it stands and what to write instead. */
export interface Problem {
  readonly code: BrokerErrorCode;
  /** Counted from 1; missing where the file as a whole is meant. */
  readonly line: number | undefined;
  /** `routes[0].to[1]`; empty for the whole file. */
  readonly path: string;
  /** What is wrong: a phrase that names the offending value, unless that may be a secret. */
  readonly message: string;
  /** What to write instead: a sentence. */
  readonly advice: string;
}

/** Collects problems; every check goes on after the first. */
export interface Report {
  add(code: BrokerErrorCode, path: Path, message: string, advice: string): void;
  readonly problems: readonly Problem[];
}

/** A report whose problems find their lines through `lineOf`. */
export function createReport(lineOf: (path: Path) => number): Report {
  const problems: Problem[] = [];
  return {
    problems,
    add(code, path, message, advice): void {
      problems.push({ code, line: lineOf(path), path: formatPath(path), message, advice });
    },
  };
}

/** One line for people: `viaduct.yaml:12: routes[0].to: … Advice. (CODE)`. */
export function formatProblem(file: string, problem: Problem): string {
  const place = problem.line === undefined ? file : `${file}:${problem.line}`;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${place}: ${path}${problem.message}. ${problem.advice} (${problem.code})`;
}

/** In the order of the file, and by path within a line. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  );
}
