/**
 * Sets of targets, each made once. A set remembers what comes out of adding a route to it, so that
 * on the hot path an event's targets are found, not built.
 */
import type { CompiledRoute } from './compile-route.ts';
import { TARGET_SETS_MAX } from './limits.ts';

/** An immutable, ordered set of sink names. */
export interface TargetSet {
  readonly names: readonly string[];
  with(route: CompiledRoute): TargetSet;
}

/** The set to start from. Sets made from one empty set share one bound. */
export function emptyTargets(): TargetSet {
  return makeSet([], { sets: 0 });
}

function makeSet(names: readonly string[], made: { sets: number }): TargetSet {
  const larger = new Map<CompiledRoute, TargetSet>();
  const set: TargetSet = {
    names: Object.freeze(names),
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
