/** Active alarms: listed, and told again. */
import { AlarmChooser, listActiveAlarms, runReplay } from '@viaduct/engine';
import type { LocalScope } from './local-operations.ts';
import { openSubscriptions } from './open-subscriptions.ts';
import {
  REPLAY_RATE_DEFAULT,
  type AlarmList,
  type AlarmOperations,
  type Progress,
  type ReplayFigures,
  type ResendRequest,
} from './operations.ts';
import { checkForce, checkRate } from './replay-operation.ts';
import { badRequest, sinksNamed, targetsAmong, variantsBy } from './today.ts';

/** An event is stored a moment after it was received; nobody holds one for longer than this. */
const STORED_WITHIN_MS = 60_000;

/** {@link AlarmOperations} on the journal itself. */
export function alarmOperations(scope: LocalScope): AlarmOperations {
  return {
    list: () => list(scope),
    resend: (request, signal) => {
      const work = resend(scope, request, signal);
      return request.dryRun === true ? work : scope.turnstile.pass(work);
    },
  };
}

async function list({ reader }: LocalScope): Promise<AlarmList> {
  const warnings: string[] = [];
  const alarms = await listActiveAlarms(reader, ({ message }) => warnings.push(message));
  return { alarms, warnings };
}

async function* resend(
  scope: LocalScope,
  request: ResendRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress<ReplayFigures>, void> {
  const { clock, reader, isLive } = scope;
  const { keys, sinks, force = false, dryRun = false } = request;
  const { ratePerSecond = REPLAY_RATE_DEFAULT } = request;
  checkForce(force, sinks);
  checkRate(ratePerSecond);
  const configuration = scope.configuration();
  const targets = targetsAmong(sinksNamed(sinks, configuration), force, configuration);
  const { alarms: active } = await list(scope);
  const alarms = keys === undefined ? active : active.filter(({ key }) => keys.includes(key));
  const missing = keys?.find((key) => !active.some((alarm) => alarm.key === key));
  if (missing !== undefined) throw badRequest(`no active alarm has the key "${missing}"`);
  const journal = scope.journal();
  if (!dryRun) await openSubscriptions(journal, configuration, isLive);
  const since = alarms.map((alarm) => Date.parse(alarm.since) - STORED_WITHIN_MS);
  const from = Math.min(clock.now(), ...since.filter((time) => !Number.isNaN(time)));
  const chooser = new AlarmChooser({ alarms, targets });
  // Each resending is one of its own: whoever asks for it wants to hear it again.
  const variants = variantsBy(configuration);
  const common = {
    id: scope.freshId(),
    from,
    chooser,
    variants,
    clock,
    isLive,
    ratePerSecond,
    dryRun,
  };
  for await (const step of runReplay({ ...common, journal, record: reader }, signal)) {
    if (step.kind === 'done' && !dryRun) scope.note('alarms resend', { ...step.result });
    yield step;
  }
}
