/** From one route as written to a test, with all that is wrong with it. */
import { isJsonObject } from '@viaduct/core';
import { compileExpression, type Expression, type ExpressionProblem } from './expression.ts';
import { FIELDS, SHORT_NAMES } from './fields.ts';
import { compileGlobs } from './glob.ts';
import { CONDITIONS_MAX } from './limits.ts';
import { nearest } from './nearest.ts';
import { compilePattern } from './pattern.ts';
import type { RouteProblem } from './problem.ts';
import { findField, type EventTest } from './read-field.ts';
import { compileReshape, type Reshape } from './reshape.ts';
import type { Match, Route } from './route.ts';

/** A route, ready to be asked. */
export interface CompiledRoute {
  readonly to: readonly string[];
  fromSource(source: string): boolean;
  readonly name: string;
  /** All must hold; empty: every event. */
  readonly tests: readonly EventTest[];
  /** Asked where the tests hold. */
  readonly when?: Expression;
  readonly reshape?: Reshape;
}

/** Compiles one route; problems are added with their path. */
export function compileRoute(route: Route, index: number, problems: RouteProblem[]): CompiledRoute {
  checkShape(route, index, problems);
  const { when, set } = route;
  const condition = when === undefined ? undefined : compileWhen(when, index, problems);
  const reshape = set === undefined ? undefined : compileReshape(set, index, problems);
  return {
    name: route.name,
    to: [...new Set(route.to)],
    fromSource: compileFrom(route.from),
    tests: compileMatch(route.match ?? {}, index, problems),
    ...(condition === undefined ? {} : { when: condition }),
    ...(reshape === undefined ? {} : { reshape }),
  };
}

/** Routes come from a file: what the types say is checked once more. */
function checkShape(route: Route, index: number, problems: RouteProblem[]): void {
  const add = (key: string, message: string, advice: string): void => {
    problems.push({ code: 'VIA_ROUTING_ROUTE_INVALID', path: [index, key], message, advice });
  };
  if (route.name === '')
    add('name', 'the route has no name', 'give it a name that says what it is for');
  if (route.to.length === 0) {
    add('to', 'the route leads nowhere', 'name at least one sink');
  }
  if (route.from?.length === 0) {
    add('from', 'the route comes from no source', 'name at least one source, or leave `from` out');
  }
}

function compileFrom(from: readonly string[] | undefined): (source: string) => boolean {
  return from === undefined ? () => true : compileGlobs(from);
}

function compileWhen(
  when: string,
  index: number,
  problems: RouteProblem[],
): Expression | undefined {
  const compiled = compileExpression(when);
  const problem = compiled.ok ? conditionProblem(compiled.value) : compiled.error;
  if (problem === undefined) return compiled.ok ? compiled.value : undefined;
  problems.push({ code: 'VIA_ROUTING_EXPRESSION_INVALID', path: [index, 'when'], ...problem });
  return undefined;
}

function conditionProblem({ type }: Expression): ExpressionProblem | undefined {
  if (type === 'bool' || type === 'dyn') return undefined;
  const message = `the condition is of the type ${type}, not a truth value`;
  return { message, advice: 'write a comparison, such as: attributes.vcpus > 4' };
}

function compileMatch(match: Match, index: number, problems: RouteProblem[]): EventTest[] {
  if (!isJsonObject(match)) {
    problems.push({
      code: 'VIA_ROUTING_PATTERN_INVALID',
      path: [index, 'match'],
      message: 'the conditions are not a map',
      advice: 'write `match: { kind: compute, state: failed }`',
    });
    return [];
  }
  const conditions = Object.entries(match);
  if (conditions.length > CONDITIONS_MAX) {
    problems.push({
      code: 'VIA_ROUTING_LIMIT',
      path: [index, 'match'],
      message: `the route has ${String(conditions.length)} conditions`,
      advice: `write at most ${String(CONDITIONS_MAX)}`,
    });
    return [];
  }
  return conditions.flatMap(([name, pattern]) => {
    const path = [index, 'match', name];
    const field = findField(name);
    if (field === undefined) {
      problems.push({ ...unknownField(name), path });
      return [];
    }
    return [compilePattern(field, pattern, (problem) => problems.push({ ...problem, path }))];
  });
}

function unknownField(name: string): Omit<RouteProblem, 'path'> {
  const shortened = Object.keys(FIELDS).map((path) => path.replace(/^data\./, ''));
  const meant = nearest(name.replace(/^data\./, ''), [...Object.keys(SHORT_NAMES), ...shortened]);
  return {
    code: 'VIA_ROUTING_FIELD_UNKNOWN',
    message: `events have no field "${name}"`,
    advice:
      meant === undefined
        ? 'write a short name such as kind, state, nativetype or severity, or a path such as ' +
          'resource.name; `attributes.extra.<name>` for what has no fixed name'
        : `did you mean "${meant}"?`,
  };
}
