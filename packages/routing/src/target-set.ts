/**
 * Sets of targets, each made once. A set remembers what comes out of adding a route to it, so that
 * on the hot path an event's targets are found, not built.
 */
import type { CompiledRoute } from './compile-route.ts';
import { TARGET_SETS_MAX } from './limits.ts';
import { NO_FAILURES, NO_VARIANTS, type Routing } from './routing.ts';

/** An immutable, ordered set of sink names. */
export interface TargetSet {
  readonly names: readonly string[];
  /** An event goes to these as it came. */
  readonly routing: Routing;
  with(route: CompiledRoute): TargetSet;
}

/** The set to start from. Sets made from one empty set share one bound. */
export function emptyTargets(): TargetSet {
  return makeSet([], { sets: 0 });
}

function makeSet(names: readonly string[], made: { sets: number }): TargetSet {
  const larger = new Map<CompiledRoute, TargetSet>();
  const targets = Object.freeze(names);
  const set: TargetSet = {
    names: targets,
    routing: Object.freeze({ targets, variants: NO_VARIANTS, failures: NO_FAILURES }),
    with: (route) => {
      const known = larger.get(route);
      if (known !== undefined) return known;
      const added = route.to.filter((name) => !names.includes(name));
      const next = added.length === 0 ? set : makeSet([...names, ...added], made);
      if (made.sets < TARGET_SETS_MAX) {
        made.sets += 1;
        larger.set(route, next);
      }
      return next;
    },
  };
  return set;
}
