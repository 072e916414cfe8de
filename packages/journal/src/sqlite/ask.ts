/** What can be asked of the store, one line each. */
import type { AskCommand, AskName, Asks, EntryRow } from './protocol.ts';
import type { Store } from './store.ts';

type Answers = {
  readonly [Name in AskName]: (store: Store, request: Asks[Name][0]) => Asks[Name][1];
};

/** Asks that see or end what was commanded before them, and nothing later. */
const ORDERED: readonly AskName[] = ['subscribe', 'retire', 'drop', 'close'];

/** Asks that change nothing: where they meet damage the disk is as it was. */
const READS: readonly AskName[] = [
  'read',
  'fetch',
  'letters',
  'letter',
  'countLetters',
  'loadCheckpoint',
];

/** Whether an ask only looks. */
export function isRead(what: AskName): boolean {
  return READS.includes(what);
}

/** Whether the commands around this one must keep their order. */
export function isOrdered(what: AskName): boolean {
  return ORDERED.includes(what);
}

const ANSWERS: Answers = {
  subscribe: (store, request) => store.subscribe(request),
  retire: ({ state }, { name, retired }) => {
    state.transaction(() => state.setRetired(name, retired));
    return null;
  },
  drop: ({ state }, { name }) => {
    state.transaction(() => state.deleteSubscription(name));
    return null;
  },
  read: ({ chain }, { after, max, bytesMax }) => chain.read(after, max, bytesMax),
  fetch: ({ chain }, { positions, bytesMax }) => fetch(chain, positions, bytesMax),
  letters: ({ state }, { filter, max }) => state.letters.list(filter, max),
  letter: ({ state }, { id }) => state.letters.get(id),
  addLetters: ({ state }, { letters }) => {
    state.transaction(() => {
      for (const letter of letters) state.letters.add(letter);
    });
    return null;
  },
  discardLetters: ({ state }, { ids }) => {
    let count = 0;
    state.transaction(() => {
      count = state.letters.discard(ids);
    });
    return count;
  },
  countLetters: ({ state }) => state.letters.count(),
  saveCheckpoint: ({ state }, { name, position, value }) => {
    state.transaction(() => state.putCheckpoint(name, position, value));
    return null;
  },
  loadCheckpoint: ({ state }, { name }) => state.checkpoint(name),
  unlink: (store, { firsts, gaps }) => store.unlink(firsts, gaps),
  roll: (store, { now }) => {
    store.roll(now);
    return null;
  },
  close: (store) => {
    store.close();
    return null;
  },
};

/** Answers one ask. */
export function answer(store: Store, command: AskCommand): unknown {
  const run = ANSWERS[command.what] as (store: Store, request: unknown) => unknown;
  return run(store, command.request);
}

function fetch(
  chain: Store['chain'],
  positions: readonly number[],
  bytesMax: number,
): readonly EntryRow[] {
  const rows: EntryRow[] = [];
  let bytes = 0;
  for (const position of positions) {
    const row = chain.get(position);
    if ('head' in row) bytes += row.head.length + (row.native?.length ?? 0);
    if (rows.length > 0 && bytes > bytesMax) break;
    rows.push(row);
  }
  return rows;
}
