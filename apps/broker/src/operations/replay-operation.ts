/** The replay of a range of time: from a request to a plan and its writing. */
import { replayIdOf, ReplayPlanner, runReplay } from '@viaduct/engine';
import type { LocalScope } from './local-operations.ts';
import {
  REPLAY_RATE_DEFAULT,
  type Operations,
  type Progress,
  type ReplayPlan,
  type ReplayRequest,
} from './operations.ts';
import { openSubscriptions } from './open-subscriptions.ts';
import { badRequest, sinksNamed, targetsAmong, variantsBy, wantedBy } from './today.ts';

/** What an id may be made of: it stands in every entry that the replay writes. */
const ID = /^[\w.-]{1,64}$/;

/** {@link Operations.replay} on the journal itself. */
export function replayOperation(scope: LocalScope): Operations['replay'] {
  return (request, signal) => {
    const work = replay(scope, request, signal);
    return request.dryRun === true ? work : scope.turnstile.pass(work);
  };
}

async function* replay(
  scope: LocalScope,
  request: ReplayRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress<ReplayPlan>, void> {
  const { clock, reader, isLive } = scope;
  checkRequest(request);
  const configuration = scope.configuration();
  const { dryRun = false, force = false, allStates = false } = request;
  const { ratePerSecond = REPLAY_RATE_DEFAULT } = request;
  const { from } = request;
  // What comes in from now on is not old.
  const to = Math.min(request.to, clock.now());
  const id = idOf(request, scope);
  const chooser = new ReplayPlanner({
    id,
    from,
    to,
    isWanted: wantedBy(request, configuration),
    targets: targetsAmong(sinksNamed(request.sinks, configuration), force, configuration),
    brokerId: reader.brokerId,
    allStates,
  });
  const journal = scope.journal();
  if (!dryRun) await openSubscriptions(journal, configuration, isLive);
  const variants = variantsBy(configuration);
  const common = { id, from, chooser, variants, clock, isLive, ratePerSecond, dryRun };
  for await (const step of runReplay({ ...common, journal, record: reader }, signal)) {
    if (step.kind === 'done' && !dryRun) scope.note('replay', { id, from, to, ...step.result });
    yield step.kind === 'plan' ? { ...step, plan: { id, from, to, ...step.plan } } : step;
  }
}

function idOf({ id, again = false, ...request }: ReplayRequest, scope: LocalScope): string {
  if (id !== undefined) return id;
  if (again) return scope.freshId();
  const { sources, sinks, match, force = false } = request;
  return replayIdOf({
    force,
    ...(sources === undefined ? {} : { sources }),
    ...(sinks === undefined ? {} : { sinks }),
    ...(match === undefined ? {} : { match }),
  });
}

function checkRequest({ from, to, id, force, sinks, ratePerSecond }: ReplayRequest): void {
  if (!(from < to)) throw badRequest('the range ends before it begins');
  if (id !== undefined && !ID.test(id)) {
    throw badRequest(`"${id}" is no id of a replay: letters, digits, "-", "_" and ".", at most 64`);
  }
  checkForce(force, sinks);
  checkRate(ratePerSecond);
}

/** By force to every sink there is would be an accident. */
export function checkForce(force: boolean | undefined, sinks: readonly string[] | undefined): void {
  if (force === true && sinks === undefined) {
    throw badRequest('by force only to named sinks: name them');
  }
}

/** A rate that is one. */
export function checkRate(ratePerSecond: number | undefined): void {
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) {
    throw badRequest(`a rate of ${String(ratePerSecond)} a second sends nothing`);
  }
}
