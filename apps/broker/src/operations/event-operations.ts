/** What is stored: searched, and one event with all that is known of it. */
import type { Position, Standing, StoredEntry } from '@viaduct/journal';
import { readPage } from '@viaduct/engine';
import type { JournalReader } from '@viaduct/journal/sqlite';
import { eventFilter } from '../admin/event-filter.ts';
import type { LocalScope } from './local-operations.ts';
import {
  PAGE_DEFAULT,
  PAGE_MAX,
  type DeliveryState,
  type EventDetails,
  type EventOperations,
  type EventPage,
  type EventQuery,
  type FoundEvent,
} from './operations.ts';

/** Entries that one search looks at, at most; the next page goes on from there. */
const LOOKED_AT_MAX = 20_000;

/** Entries read at once, beside live traffic: a few milliseconds. */
const READ_MAX = 64;

/** Entries looked through at once for an id, without reading them: a few milliseconds, too. */
const FIND_MAX = 2_000;

/** Letters of one event that are looked for: one for each sink at most, and some replays. */
const LETTERS_MAX = 100;

/** {@link EventOperations} on the journal itself. */
export function eventOperations(scope: LocalScope): EventOperations {
  return {
    search: (query, signal) => search(scope.reader, query, signal),
    get: (id, signal) => get(scope, id, signal),
  };
}

/** Some entries in the order asked for, and where to go on. */
interface Stretch {
  readonly entries: readonly StoredEntry[];
  readonly warnings: readonly string[];
  /** `undefined`: that was the end. */
  readonly next: Position | undefined;
}

type Walk = (at: Position | undefined) => Promise<Stretch>;

async function search(
  reader: JournalReader,
  query: EventQuery,
  signal: AbortSignal,
): Promise<EventPage> {
  const { order = 'newest', after, max = PAGE_DEFAULT } = query;
  const wanted = Math.min(Math.max(1, Math.trunc(max)), PAGE_MAX);
  const filter = eventFilter(query);
  const walk = order === 'newest' ? await backwards(reader, query) : await forwards(reader, query);
  const events: FoundEvent[] = [];
  const warnings: string[] = [];
  let next = after as Position | undefined;
  for (let lookedAt = 0; lookedAt < LOOKED_AT_MAX;) {
    signal.throwIfAborted();
    const stretch = await walk(next);
    warnings.push(...stretch.warnings);
    for (const entry of stretch.entries) {
      next = entry.position;
      if (!isWithin(entry, query) || !filter.matches(entry.source, entry)) continue;
      if (!filter.matchesText(entry)) continue;
      events.push(foundOf(entry));
      if (events.length === wanted) return { events, next, warnings };
    }
    if (stretch.next === undefined) return { events, warnings };
    next = stretch.next;
    lookedAt += Math.max(1, stretch.entries.length);
    await eventLoopTurn();
  }
  return next === undefined ? { events, warnings } : { events, next, warnings };
}

/** By the time of each: a clock that was set back makes the order of times another than theirs. */
function isWithin({ appendedAt }: StoredEntry, { from, to }: EventQuery): boolean {
  return appendedAt >= (from ?? appendedAt) && appendedAt < (to ?? Infinity);
}

async function backwards(reader: JournalReader, { from, to }: EventQuery): Promise<Walk> {
  const first = from === undefined ? undefined : await reader.beforeTime(from);
  const last = to === undefined ? undefined : await reader.beforeTime(to);
  const isNothing = to !== undefined && last === undefined;
  return async (at) => {
    if (isNothing) return { entries: [], warnings: [], next: undefined };
    // Positions are whole numbers: the one after the last of the range ends a look back at it.
    const start = at ?? (last === undefined ? undefined : ((last + 1) as Position));
    const page = await reader.readBack(start, READ_MAX);
    const isEnd = page.first === undefined || (first !== undefined && page.first <= first);
    const warnings = page.damaged.map(({ first, last }) => {
      const isOne = first === last;
      return isOne
        ? `the entry at ${first} cannot be read`
        : `the entries at ${first} to ${last} cannot be read`;
    });
    return { entries: page.entries, warnings, next: isEnd ? undefined : page.first };
  };
}

async function forwards(reader: JournalReader, { from, to }: EventQuery): Promise<Walk> {
  const before = from === undefined ? undefined : await reader.beforeTime(from);
  const last = to === undefined ? undefined : await reader.beforeTime(to);
  const isNothing = to !== undefined && last === undefined;
  return async (at) => {
    if (isNothing) return { entries: [], warnings: [], next: undefined };
    const warnings: string[] = [];
    const tell = ({ message }: Error): void => void warnings.push(message);
    const page = await readPage(reader, at ?? before, tell, READ_MAX);
    const isEnd = page.last === undefined || (last !== undefined && page.last >= last);
    return { entries: page.entries, warnings, next: isEnd ? undefined : page.last };
  };
}

async function get(
  scope: LocalScope,
  id: string,
  signal: AbortSignal,
): Promise<EventDetails | undefined> {
  const { reader } = scope;
  const text = `"id":${JSON.stringify(id)}`;
  let newest: StoredEntry | undefined;
  const others: number[] = [];
  for (let before: Position | undefined; ;) {
    signal.throwIfAborted();
    const page = await reader.findBack(text, before, FIND_MAX);
    for (const entry of page.entries) {
      if (entry.event.id !== id) continue;
      if (newest === undefined) newest = entry;
      else others.push(entry.position);
    }
    if (page.first === undefined) break;
    before = page.first;
    await eventLoopTurn();
  }
  if (newest === undefined) return undefined;
  const { native, variants } = newest;
  return {
    ...foundOf(newest),
    ...(native === undefined ? {} : { native }),
    ...(variants === undefined ? {} : { variants }),
    deliveries: await deliveriesOf(newest, scope),
    others,
  };
}

async function deliveriesOf(
  entry: StoredEntry,
  scope: LocalScope,
): Promise<readonly DeliveryState[]> {
  const { targets, position, event } = entry;
  const { reader, present } = scope;
  const standing = await (present ?? reader).standing(position);
  const letters = await reader.deadLetters.list({ text: event.id }, LETTERS_MAX);
  return [...targets, ...latecomers(entry, standing, scope)].map((sink): DeliveryState => {
    const letter = letters.findLast((one) => one.sink === sink && one.event?.id === event.id);
    return {
      sink,
      ...stateOf(standing.get(sink)),
      ...(letter === undefined ? {} : { deadLetter: letter.id, attempts: letter.attempts }),
    };
  });
}

/**
 * Sinks that came after the event and begin in the past: they are owed it although it does not name
 * them, if today's routes lead there. Of what they are done with the journal keeps no note.
 */
function latecomers(
  { targets, event, source }: StoredEntry,
  standing: ReadonlyMap<string, Standing>,
  scope: LocalScope,
): readonly string[] {
  // Of a journal that others own nobody knows here what is owed to whom.
  if (scope.present === undefined || !scope.isLive) return [];
  const led = scope.configuration().router.route(event, source).targets;
  return led.filter((name) => {
    const { state = 'done' } = standing.get(name) ?? {};
    return !targets.includes(name) && state !== 'done';
  });
}

function stateOf(standing: Standing | undefined): Pick<DeliveryState, 'state' | 'attempts'> {
  if (standing === undefined) return { state: 'unknown', attempts: [] };
  const { state, attempts } = standing;
  return { state: state === 'claimed' ? 'under-way' : state, attempts };
}

function foundOf({
  position,
  appendedAt,
  source,
  targets,
  replay,
  event,
}: StoredEntry): FoundEvent {
  return {
    ...{ position, at: appendedAt, source, targets },
    ...(replay === undefined ? {} : { replay }),
    event,
  };
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
