/** Who of one configuration goes on in the next, and who comes and goes. */

/** What became of the sources, or the sinks, by name. */
export interface RosterChanges {
  readonly added: readonly string[];
  /** There before and after, with other options. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

/** A runner, and the options it was made with. */
export interface Enlisted<Options> {
  readonly name: string;
  readonly options: Options;
}

/** Two configurations, compared. */
export interface RosterPlan<Options, Runner> {
  /** For each of the next options, in their order, the runner that goes on, if one does. */
  readonly next: readonly { readonly options: Options; readonly kept: Runner | undefined }[];
  /** Runners whose place somebody else takes, or nobody. */
  readonly leaving: readonly Runner[];
  readonly changes: RosterChanges;
}

/** Compares by identity: the options that a runner was made with are unchanged, all others new. */
export function planRoster<
  Options extends { readonly name: string },
  Runner extends Enlisted<Options>,
>(runners: readonly Runner[], options: readonly Options[]): RosterPlan<Options, Runner> {
  const byName = new Map(runners.map((runner) => [runner.name, runner]));
  const next = options.map((one) => {
    const runner = byName.get(one.name);
    return { options: one, kept: runner?.options === one ? runner : undefined };
  });
  const kept = new Set(next.map((one) => one.kept));
  const names = new Set(options.map(({ name }) => name));
  const leaving = runners.filter((runner) => !kept.has(runner));
  const fresh = next.filter((one) => one.kept === undefined).map((one) => one.options.name);
  return {
    next,
    leaving,
    changes: {
      added: fresh.filter((name) => !byName.has(name)),
      changed: fresh.filter((name) => byName.has(name)),
      removed: leaving.filter(({ name }) => !names.has(name)).map(({ name }) => name),
      unchanged: next.flatMap((one) => (one.kept === undefined ? [] : [one.options.name])),
    },
  };
}
