/**
 * Conditions and values in CEL, the Common Expression Language (https://cel.dev, language definition
 * of cel-spec 0.24): no loops and no side effects, so that every expression ends. What CEL would
 * leave to RE2, the time of a regular expression, is kept by refusing patterns that can backtrack
 * without bound.
 */
import { Environment, type ASTNode, type TypeCheckResult } from '@marcbachmann/cel-js';
import { fail, ok, type CanonicalEvent, type Result } from '@viaduct/core';
import { safeRegex } from 'safe-regex2';
import { compileGlob } from './glob.ts';
import { EXPRESSION_CHARACTERS_MAX, EXPRESSION_DEPTH_MAX, EXPRESSION_NODES_MAX } from './limits.ts';
import { nearest } from './nearest.ts';
import { VARIABLES, variablesOf } from './variables.ts';

/** What is wrong with an expression: a clause, and what to write instead. */
export interface ExpressionProblem {
  readonly message: string;
  readonly advice: string;
}

/** A compiled expression. */
export interface Expression {
  /** The type of its value as far as it is known: `bool`, `string`, `int`… or `dyn`. */
  readonly type: string;
  /** Its value for an event, in the types of CEL; or why it has none, in one line. */
  evaluate(event: CanonicalEvent): Result<unknown, string>;
}

const environment = Object.keys(VARIABLES).reduce(
  (known, name) => known.registerVariable(name, 'dyn'),
  new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: {
      maxAstNodes: EXPRESSION_NODES_MAX,
      maxDepth: EXPRESSION_DEPTH_MAX,
      maxListElements: EXPRESSION_NODES_MAX,
      maxMapEntries: EXPRESSION_NODES_MAX,
      maxCallArguments: EXPRESSION_DEPTH_MAX,
    },
  }).registerFunction('string.glob(string): bool', (text: string, pattern: string) =>
    globOf(pattern)(text),
  ),
);

/** Compiles an expression; it names only variables there are, and its types fit. */
export function compileExpression(text: string): Result<Expression, ExpressionProblem> {
  if (text.length > EXPRESSION_CHARACTERS_MAX) {
    const message = `the expression has ${String(text.length)} characters`;
    return fail({ message, advice: `write at most ${String(EXPRESSION_CHARACTERS_MAX)}` });
  }
  let parsed: ReturnType<Environment['parse']>;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    return fail({ message: said(error, text), advice: 'write an expression of CEL' });
  }
  const names = new Set<string>();
  const problem = examine(parsed.ast, names) ?? typeProblem(parsed.check(), text);
  if (problem !== undefined) return fail(problem);
  const needed = [...names].filter((name) => Object.hasOwn(VARIABLES, name));
  return ok({
    type: parsed.check().type ?? 'dyn',
    evaluate: (event) => {
      try {
        return ok(parsed(variablesOf(event, needed)) as unknown);
      } catch (error) {
        return fail(said(error, text));
      }
    },
  });
}

function typeProblem(checked: TypeCheckResult, text: string): ExpressionProblem | undefined {
  if (checked.valid) return undefined;
  const message = said(checked.error, text);
  const [, unknown] = /[Uu]nknown variable:? '?(\w+)/.exec(message) ?? [];
  if (unknown === undefined) return { message, advice: 'compare and join values of one type' };
  const meant = nearest(unknown, Object.keys(VARIABLES));
  const list = Object.keys(VARIABLES).join(', ');
  const advice = meant === undefined ? `the variables are ${list}` : `did you mean "${meant}"?`;
  return { message: `there is no variable "${unknown}"`, advice };
}

/** The first line of what the library says, and the place. */
function said(error: unknown, text: string): string {
  const { summary, range } = error as { summary?: string; range?: { start: number } };
  const first = summary ?? (error instanceof Error ? error.message : String(error)).split('\n')[0];
  const words = (first ?? '').replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  if (range === undefined || text === '') return words;
  return `${words}, at character ${String(range.start + 1)}`;
}

/** Notes the names that are used; finds what a type check does not see. */
function examine(node: ASTNode, names: Set<string>): ExpressionProblem | undefined {
  const { op, args } = node as { readonly op: string; readonly args: unknown };
  if (op === 'id') names.add(args as string);
  if (op === 'rcall' && Array.isArray(args) && args[0] === 'matches') {
    const [pattern] = args[2] as readonly ASTNode[];
    const problem = patternProblem(pattern);
    if (problem !== undefined) return problem;
  }
  for (const child of nodesIn(args)) {
    const problem = examine(child, names);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function nodesIn(value: unknown): readonly ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return typeof value === 'object' && value !== null && 'op' in value ? [value as ASTNode] : [];
}

function patternProblem(node: ASTNode | undefined): ExpressionProblem | undefined {
  const { op, args } = (node ?? {}) as { readonly op?: string; readonly args?: unknown };
  if (op !== 'value' || typeof args !== 'string') {
    return {
      message: 'the pattern of matches() is not written out',
      advice: 'write it as a text, or use startsWith(), contains() or glob()',
    };
  }
  try {
    new RegExp(args);
  } catch (error) {
    return { message: (error as Error).message, advice: 'write a regular expression' };
  }
  if (safeRegex(args)) return undefined;
  return {
    message: `the pattern "${args}" can take for ever on a hostile text`,
    advice: 'nest no repetition in another: "(a+)+" is "a+"; or use glob()',
  };
}

/** Globs are few and come from the configuration. */
const globs = new Map<string, (text: string) => boolean>();
const GLOBS_MAX = 1_000;

function globOf(pattern: string): (text: string) => boolean {
  const known = globs.get(pattern);
  if (known !== undefined) return known;
  const glob = compileGlob(pattern);
  if (globs.size < GLOBS_MAX) globs.set(pattern, glob);
  return glob;
}
