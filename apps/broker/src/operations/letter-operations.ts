/** Dead letters: listed, tried again, thrown away. */
import { replayLetters, TRAIL_LENGTH_MAX, type LetterSurroundings } from '@viaduct/engine';
import type { DeadLetter, DeadLetterFilter } from '@viaduct/journal';
import type { Configuration } from '../config/configuration.ts';
import type { LocalScope } from './local-operations.ts';
import { openSubscriptions } from './open-subscriptions.ts';
import {
  PAGE_DEFAULT,
  PAGE_MAX,
  REPLAY_RATE_DEFAULT,
  type DeadLetterOperations,
  type DeadLetterPage,
  type DeadLetterQuery,
  type DiscardRequest,
  type DiscardResult,
  type LetterReplayPlan,
  type LetterReplayRequest,
  type LetterSelection,
  type LetterSummary,
  type Progress,
} from './operations.ts';
import { checkRate } from './replay-operation.ts';
import {
  badRequest,
  letterSource,
  sinksNamed,
  failedBy,
  targetsAmong,
  variantsBy,
} from './today.ts';

/** Letters read at once: one may hold a message of megabytes. */
const LETTERS_PAGE_MAX = 64;

/** {@link DeadLetterOperations} on the journal itself. */
export function letterOperations(scope: LocalScope): DeadLetterOperations {
  const { reader, turnstile } = scope;
  return {
    list: (query) => list(scope, query),
    get: (id) => reader.deadLetters.get(id),
    replay: (request, signal) => {
      const work = replay(scope, request, signal);
      return request.dryRun === true ? work : turnstile.pass(work);
    },
    discard: (request, signal) => discard(scope, request, signal),
  };
}

async function list({ reader }: LocalScope, query: DeadLetterQuery): Promise<DeadLetterPage> {
  const { max = PAGE_DEFAULT, ...filter } = query;
  const wanted = Math.min(Math.max(1, Math.trunc(max)), PAGE_MAX);
  const letters: LetterSummary[] = [];
  let { after = 0 } = filter;
  for (;;) {
    const pageMax = Math.min(LETTERS_PAGE_MAX, wanted - letters.length + 1);
    const page = await reader.deadLetters.list({ ...filter, after }, pageMax);
    for (const letter of page) {
      if (letters.length === wanted) return { letters, next: after };
      letters.push(summaryOf(letter));
      after = letter.id;
    }
    if (page.length < pageMax) return { letters };
  }
}

function summaryOf(letter: DeadLetter): LetterSummary {
  const { id, at, stage, code, reason, source, sink, attempts, event } = letter;
  return {
    ...{ id, at, stage, code, reason, source, attempts: attempts.length },
    ...(sink === undefined ? {} : { sink }),
    ...(event === undefined
      ? {}
      : { event: { id: event.id, type: event.type, subject: event.subject } }),
  };
}

async function* replay(
  scope: LocalScope,
  request: LetterReplayRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress<LetterReplayPlan>, void> {
  const { clock, isLive } = scope;
  const { dryRun = false, ratePerSecond = REPLAY_RATE_DEFAULT } = request;
  checkRate(ratePerSecond);
  const configuration = scope.configuration();
  const surroundings = surroundingsOf(request, configuration, scope);
  await checkIds(request.letters, scope);
  const journal = scope.journal();
  if (!dryRun) await openSubscriptions(journal, configuration, isLive);
  // What dies again on the way is a letter of another replay.
  const before = clock.now() + 1;
  const letters = (): AsyncIterable<readonly DeadLetter[]> =>
    selected(scope, request.letters, before);
  const common = { clock, isLive, ratePerSecond, dryRun };
  for await (const step of replayLetters({ ...common, journal, letters, surroundings }, signal)) {
    if (step.kind === 'done' && !dryRun) scope.note('dlq replay', { ...step.result });
    yield step;
  }
}

function surroundingsOf(
  { sinks, route = false }: LetterReplayRequest,
  configuration: Configuration,
  { reader }: LocalScope,
): LetterSurroundings {
  const asked = sinksNamed(sinks, configuration);
  const all = sinksNamed(undefined, configuration);
  return {
    source: (name) => letterSource(name, configuration),
    targets: targetsAmong(all, false, configuration),
    failed: failedBy(configuration),
    variants: variantsBy(configuration),
    hasSink: (name) => all.has(name),
    isAsked: (name) => asked.has(name),
    route,
    brokerId: reader.brokerId,
    trailLengthMax: TRAIL_LENGTH_MAX,
  };
}

async function checkIds(selection: LetterSelection, { reader }: LocalScope): Promise<void> {
  if (!('ids' in selection)) return;
  for (const id of selection.ids) {
    if ((await reader.deadLetters.get(id)) !== undefined) continue;
    throw badRequest(`there is no dead letter ${String(id)} (any more)`);
  }
}

/** The letters of a selection that were made before a moment, page by page, in order of id. */
async function* selected(
  { reader }: LocalScope,
  selection: LetterSelection,
  before: number,
): AsyncGenerator<readonly DeadLetter[], void> {
  if ('ids' in selection) {
    const ids = [...new Set(selection.ids)].sort((one, other) => one - other);
    for (const id of ids) {
      const letter = await reader.deadLetters.get(id);
      if (letter !== undefined) yield [letter];
    }
    return;
  }
  const { to = Infinity, ...rest } = selection.filter;
  const filter: DeadLetterFilter = { ...rest, to: Math.min(to, before) };
  let after = 0;
  for (;;) {
    const page = await reader.deadLetters.list({ ...filter, after }, LETTERS_PAGE_MAX);
    if (page.length === 0) return;
    yield page;
    after = page.at(-1)?.id ?? after;
  }
}

async function discard(
  scope: LocalScope,
  { letters, reason, dryRun = false }: DiscardRequest,
  signal: AbortSignal,
): Promise<DiscardResult> {
  if (reason.trim() === '') throw badRequest('say why: the reason is what is left of a letter');
  await checkIds(letters, scope);
  const byCode: Record<string, number> = {};
  let discarded = 0;
  for await (const page of selected(scope, letters, scope.clock.now() + 1)) {
    signal.throwIfAborted();
    const ids = page.map(({ id }) => id);
    discarded += dryRun ? ids.length : await scope.journal().deadLetters.discard(ids);
    for (const { code, sink, source } of page) {
      byCode[code] = (byCode[code] ?? 0) + 1;
      if (!dryRun) scope.count(sink ?? source, 'discarded', 1);
    }
  }
  if (!dryRun && discarded > 0) {
    scope.logger.info({ discarded, byCode, reason }, 'dead letters were discarded');
    scope.note('dlq discard', { reason, discarded, byCode });
  }
  return { discarded, byCode };
}
