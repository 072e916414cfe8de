/** From a pattern to a test of one value. */
import type { FieldShape } from './fields.ts';
import { compileGlob, isGlob } from './glob.ts';
import { VALUES_MAX } from './limits.ts';
import { nearest } from './nearest.ts';
import type { RouteProblem } from './problem.ts';
import { testField, type EventTest, type Field, type ValueTest } from './read-field.ts';

/** Takes a problem of a pattern; the caller knows where it is. */
export type Report = (problem: Omit<RouteProblem, 'path'>) => void;

const COMPARISON = /^(>=|<=|>|<)\s*(.+)$/;

/**
 * Compiles a pattern on a field; what is wrong with it is reported, and then the test is worth
 * nothing. A negation is the complement of the whole: of "any of the values", where there are many.
 */
export function compilePattern(field: Field, pattern: unknown, report: Report): EventTest {
  if (!isNegation(pattern)) return testField(field, compileAny(field.shape, pattern, report));
  const test = testField(field, compileAny(field.shape, pattern.not, report));
  return (event) => !test(event);
}

function isNegation(pattern: unknown): pattern is { readonly not: unknown } {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) return false;
  return Object.hasOwn(pattern, 'not') && Object.keys(pattern).length === 1;
}

function compileAny(shape: FieldShape, pattern: unknown, report: Report): ValueTest {
  if (!Array.isArray(pattern)) return compileScalar(shape, pattern, report);
  if (pattern.length > VALUES_MAX) {
    report({
      code: 'VIA_ROUTING_LIMIT',
      message: `the list has ${String(pattern.length)} values`,
      advice: `write at most ${String(VALUES_MAX)} values, or a glob`,
    });
    return () => false;
  }
  const exact = new Set<string>();
  const tests: ValueTest[] = [];
  for (const value of pattern as readonly unknown[]) {
    const test = compileScalar(shape, value, report);
    if (shape.holds === 'text' && typeof value === 'string' && isPlain(shape, value)) {
      exact.add(value);
    } else {
      tests.push(test);
    }
  }
  return (value) => {
    if (exact.size > 0 && typeof value === 'string' && exact.has(value)) return true;
    for (const test of tests) if (test(value)) return true;
    return false;
  };
}

function isPlain(shape: FieldShape, text: string): boolean {
  return !isGlob(text) && !(shape.ordered === true && COMPARISON.test(text));
}

function compileScalar(shape: FieldShape, pattern: unknown, report: Report): ValueTest {
  if (pattern === null) return (value) => value === undefined;
  if (typeof pattern === 'string') {
    return shape.holds === 'number'
      ? compileNumberText(pattern, report)
      : compileText(shape, pattern, report);
  }
  if (typeof pattern === 'number' || typeof pattern === 'boolean') {
    if (shape.holds === 'number') return (value) => value === pattern;
    // `id: 42` in YAML is a number, the field is text.
    const text = String(pattern);
    checkWords(shape, text, report);
    return (value) => value === text || value === pattern;
  }
  report(badPattern());
  return () => false;
}

function badPattern(): Omit<RouteProblem, 'path'> {
  return {
    code: 'VIA_ROUTING_PATTERN_INVALID',
    message: 'the condition is none that can be compared with',
    advice: 'write text, a glob, a number, true, false, null, a list of these, or { not: … }',
  };
}

function compileText(shape: FieldShape, pattern: string, report: Report): ValueTest {
  const comparison = shape.ordered === true ? COMPARISON.exec(pattern) : null;
  if (comparison !== null) return compileRank(shape, comparison, report);
  if (!isGlob(pattern)) {
    checkWords(shape, pattern, report);
    return (value) => value === pattern || (typeof value === 'number' && String(value) === pattern);
  }
  const glob = compileGlob(pattern);
  if (shape.words !== undefined && !shape.words.some((word) => glob(word))) {
    report({
      code: 'VIA_ROUTING_VALUE_UNKNOWN',
      message: `no value of this field matches "${pattern}"`,
      advice: `its values are ${shape.words.join(', ')}`,
    });
  }
  return (value) => typeof value === 'string' && glob(value);
}

function checkWords(shape: FieldShape, word: string, report: Report): void {
  if (shape.words === undefined || shape.words.includes(word)) return;
  const meant = nearest(word, shape.words);
  report({
    code: 'VIA_ROUTING_VALUE_UNKNOWN',
    message: `this field is never "${word}"`,
    advice:
      meant === undefined
        ? `its values are ${shape.words.join(', ')}`
        : `did you mean "${meant}"? Its values are ${shape.words.join(', ')}`,
  });
}

/** `>=warning`: by the place of the word in its list. */
function compileRank(shape: FieldShape, parts: RegExpExecArray, report: Report): ValueTest {
  const [, operator, word = ''] = parts;
  const words = shape.words ?? [];
  checkWords(shape, word, report);
  const limit = words.indexOf(word);
  const accepted = new Set(words.filter((_, rank) => compare(operator, rank, limit)));
  return (value) => typeof value === 'string' && accepted.has(value);
}

/** `4` or `>=4` as text. */
function compileNumberText(pattern: string, report: Report): ValueTest {
  const parts = COMPARISON.exec(pattern);
  const text = (parts?.[2] ?? pattern).trim();
  const limit = Number(text);
  if (text === '' || !Number.isFinite(limit)) {
    report({
      code: 'VIA_ROUTING_PATTERN_INVALID',
      message: `"${pattern}" is no number, and the field is one`,
      advice: 'write a number, or a comparison such as ">=4"',
    });
    return () => false;
  }
  const operator = parts?.[1];
  return (value) => typeof value === 'number' && compare(operator, value, limit);
}

function compare(operator: string | undefined, value: number, limit: number): boolean {
  switch (operator) {
    case '>=':
      return value >= limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '<':
      return value < limit;
    default:
      return value === limit;
  }
}
