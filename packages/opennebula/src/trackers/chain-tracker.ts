import type { JsonValue, Notice, Observed, Step, Tracker } from '@viaduct/core';

/**
 * How long an event waits for its predecessor. The publisher's threads displaced events by up to
 * 87 places in a burst of 2,000 a second, which is some 45 ms.
 */
export const CHAIN_WAIT_MS = 250;

/** How long after a gap, or the first sight of an object, what was passed over may turn up. */
export const LATE_WINDOW_MS = 5_000;

/** Events of one object held at most: more than its states pass through within the wait. */
export const HELD_MAX = 256;

const OBJECTS_MAX = 50_000;
const OBJECT_AGE_MAX_MS = 30 * 24 * 60 * 60 * 1000;

/** An event that waits. `Observed` in the form that a memory can hold. */
interface Held {
  readonly since: number;
  readonly observed: JsonValue;
}

/** A stretch of the chain that was passed over; `from` is `null` for all before the first sight. */
interface Missing {
  readonly from: string | null;
  readonly to: string;
  /** Later than this, an event that looks as if it belonged there is another one. */
  readonly until: number;
  readonly [name: string]: JsonValue;
}

/** What is known of one object's chain of states. */
interface ChainMemory {
  /** The newest state passed on; `null` while it is not known, as after a reconnect. */
  readonly known: string | null;
  /**
   * The stretch before `known` that was never seen: from the state known before it to the one it
   * starts from. An event that turns up late belongs there.
   */
  readonly missing: Missing | null;
  readonly held: readonly (Held & { readonly [name: string]: JsonValue })[];
  /** When `known` was learned, milliseconds since the epoch; 0 where that is not known. */
  readonly learnedAt: number;
  /** `known` was asked for: the event that tells of it may still be on its way. */
  readonly isFound: boolean;
  /** What was known before the connection was lost. */
  readonly before: string | null;
  readonly [name: string]: JsonValue;
}

/** Why a state that was asked for goes no further: it is known, or has been overtaken. */
export const RESYNC_KNOWN = 'resync-known';

/**
 * Puts the events of one object back in order and notices what is missing, by the only means there
 * is: each body says which state the object was in before (PREV_STATE, PREV_LCM_STATE).
 *
 * - The state before is the one known: the event passes, and with it all held ones that follow.
 * - It is another: the event waits `CHAIN_WAIT_MS` for its predecessor, then passes with one
 *   notice `gap`.
 * - First sight of an object, and the first event after a reconnect: it passes; what came before
 *   cannot be known.
 * - The state before equals the state (creation, or an update without a change): it passes.
 * - An event of a stretch that was already given up, or that lies before the first sight: it
 *   passes, late, with a notice `reordered`, and changes nothing in what is known.
 * - A state that was asked for passes where it differs from what is known, and is known then. It is
 *   dropped where it says nothing new, and where an event came after the question.
 */
export const chainTracker: Tracker<ChainMemory> = {
  name: 'chain',
  keysMax: OBJECTS_MAX,
  ageMaxMs: OBJECT_AGE_MAX_MS,
  keyOf: (observed) => {
    const link = linkOf(observed) ?? foundOf(observed);
    return link === undefined ? undefined : link.object;
  },
  step: (memory, observed, now) => {
    const found = foundOf(observed);
    if (found !== undefined) return resync(memory, observed, found, now);
    const link = linkOf(observed);
    if (link === undefined) return { memory, events: [observed], dropped: [], notices: [] };
    const run = createRun(memory, now);
    if (run.known === null && run.held.length === 0) {
      const isFirst = link.previous === link.state;
      run.missing = isFirst ? null : missing(run, null, link.previous);
      pass(run, observed);
    } else if (run.known === link.previous) {
      pass(run, observed);
    } else if (run.isFound && link.state === run.known) {
      pass(run, observed);
    } else if (isLate(run, link)) {
      passLate(run, observed);
    } else if (link.previous === link.state) {
      pass(run, observed);
    } else {
      run.held.push({ since: now, observed });
      if (run.held.length > HELD_MAX) giveUp(run);
    }
    drain(run);
    return finish(run);
  },
  wake: (memory, now) => {
    const run = createRun(memory, now);
    while (run.held.some(({ since }) => now - since >= CHAIN_WAIT_MS)) {
      giveUp(run);
      drain(run);
    }
    return finish(run);
  },
  reconnected: (memory) => ({
    ...memory,
    known: null,
    missing: null,
    before: memory.known ?? memory.before ?? null,
  }),
};

interface Link {
  readonly object: string;
  readonly state: string;
  readonly previous: string;
}

/** A state that was asked for. */
interface Found {
  readonly object: string;
  readonly state: string;
  readonly askedAt: number;
}

function foundOf({ facts }: Observed): Found | undefined {
  const { object, id, state, asked } = facts ?? {};
  if (typeof object !== 'string' || typeof id !== 'string') return undefined;
  if (typeof state !== 'string' || typeof asked !== 'number') return undefined;
  return { object: `${object}/${id}`, state, askedAt: asked };
}

function resync(
  memory: ChainMemory | undefined,
  observed: Observed,
  { state, askedAt }: Found,
  now: number,
): Step<ChainMemory> {
  const run = createRun(memory, now);
  const isOvertaken = run.held.length > 0 || (run.known !== null && run.learnedAt > askedAt);
  const known = run.known ?? run.before;
  if (!isOvertaken && known === state) learn(run, state);
  if (!isOvertaken && known !== state) {
    run.missing = null;
    learn(run, state);
    run.isFound = true;
    run.events.push(observed);
    return finish(run);
  }
  const dropped = [{ id: observed.event.id, reason: RESYNC_KNOWN }];
  return { ...finish(run), dropped };
}

function linkOf({ facts }: Observed): Link | undefined {
  const object = facts?.['object'];
  const id = facts?.['id'];
  const state = facts?.['state'];
  const previous = facts?.['previous'];
  if (facts?.['asked'] !== undefined) return undefined;
  if (typeof object !== 'string' || typeof id !== 'string') return undefined;
  if (typeof state !== 'string' || typeof previous !== 'string') return undefined;
  return { object: `${object}/${id}`, state, previous };
}

/** One step under way. */
interface Run {
  readonly now: number;
  known: string | null;
  missing: ChainMemory['missing'];
  learnedAt: number;
  isFound: boolean;
  before: string | null;
  held: { since: number; observed: Observed }[];
  readonly events: Observed[];
  readonly notices: Notice[];
}

function createRun(memory: ChainMemory | undefined, now: number): Run {
  return {
    now,
    known: memory?.known ?? null,
    missing: memory?.missing ?? null,
    // A checkpoint of an older version knows none of these.
    learnedAt: memory?.learnedAt ?? 0,
    isFound: memory?.isFound ?? false,
    before: memory?.before ?? null,
    held: (memory?.held ?? []).map(({ since, observed }) => ({
      since,
      observed: observed as unknown as Observed,
    })),
    events: [],
    notices: [],
  };
}

function finish(run: Run): Step<ChainMemory> {
  const due = run.held.map(({ since }) => since + CHAIN_WAIT_MS);
  return {
    memory: {
      known: run.known,
      missing: run.missing,
      learnedAt: run.learnedAt,
      isFound: run.isFound,
      before: run.before,
      held: run.held.map(({ since, observed }) => ({
        since,
        observed: observed as unknown as JsonValue,
      })),
    },
    events: run.events,
    dropped: [],
    notices: run.notices,
    ...(due.length === 0 ? {} : { wakeAt: Math.min(...due) }),
  };
}

function pass(run: Run, observed: Observed): void {
  run.events.push(observed);
  learn(run, linkOf(observed)?.state ?? run.known);
}

function learn(run: Run, state: string | null): void {
  run.known = state;
  run.learnedAt = run.now;
  run.isFound = false;
  run.before = null;
}

/** Passes every held event that follows the known state, earliest received first. */
function drain(run: Run): void {
  for (;;) {
    const next = run.held.findIndex(({ observed }) => linkOf(observed)?.previous === run.known);
    const [held] = next < 0 ? [] : run.held.splice(next, 1);
    if (held === undefined) return;
    pass(run, held.observed);
  }
}

/**
 * Gives up waiting for the predecessor of the event that has waited longest, and passes the first
 * of the held events that lead up to it.
 */
function giveUp(run: Run): void {
  let first = 0;
  const seen = new Set([first]);
  for (;;) {
    const reached = run.held[first];
    const previous = reached && linkOf(reached.observed)?.previous;
    const before = run.held.findIndex(
      ({ observed }, index) => !seen.has(index) && linkOf(observed)?.state === previous,
    );
    if (before < 0) break;
    first = before;
    seen.add(first);
  }
  const [held] = run.held.splice(first, 1);
  const link = held && linkOf(held.observed);
  if (held === undefined || link === undefined) return;
  if (run.known !== null) {
    run.missing = missing(run, run.known, link.previous);
    run.notices.push({
      name: 'gap',
      subject: held.observed.event.subject,
      message: `${link.object}: nothing seen between the states ${run.known} and ${link.previous}`,
    });
  }
  pass(run, held.observed);
}

function missing(run: Run, from: string | null, to: string): Missing {
  return { from, to, until: run.now + LATE_WINDOW_MS };
}

/** Whether an event belongs to the stretch that was passed over, at the end that is known of it. */
function isLate(run: Run, link: Link | undefined): boolean {
  const stretch = run.missing;
  if (stretch === null || link === undefined || run.now > stretch.until) return false;
  if (link.state === run.known) return false;
  return stretch.from === null ? link.state === stretch.to : link.previous === stretch.from;
}

/** Passes a late event, and with it the held ones that it shows to be late too, in their order. */
function passLate(run: Run, observed: Observed): void {
  const late: Observed[] = [];
  let next: Observed | undefined = observed;
  while (next !== undefined) {
    const link = linkOf(next);
    if (link === undefined || run.missing === null) break;
    if (run.missing.from === null) {
      late.unshift(next);
      const isFirst = link.previous === link.state;
      run.missing = isFirst ? null : { ...run.missing, to: link.previous };
    } else {
      late.push(next);
      const isLast = link.state === run.missing.to;
      run.missing = isLast ? null : { ...run.missing, from: link.state };
    }
    const index = run.held.findIndex((one) => isLate(run, linkOf(one.observed)));
    next = index < 0 ? undefined : run.held.splice(index, 1)[0]?.observed;
  }
  run.events.push(...late);
  run.notices.push({
    name: 'reordered',
    subject: observed.event.subject,
    message: `${late.length} of its events came after the ones that follow them`,
  });
}
