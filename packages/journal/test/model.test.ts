/**
 * The embedded journal against the model in memory: the same calls in the same order, with crashes,
 * give the same answers. A failing seed is printed by fast-check and replays alone.
 */
import type { Claimed, Journal, Position, StartFrom, Subscription } from '@viaduct/journal';
import { memoryJournal, type MemoryJournal } from '@viaduct/journal/memory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  entryNamed,
  handClock,
  letterFor,
  type HandClock,
} from '../src/contract/contract-bench.ts';
import { folderPlace, type FolderPlace } from './sqlite-place.ts';

const SINKS = ['a', 'b', 'c'] as const;
/** Each opens journals and starts workers; a failing run is printed as it is, not shrunk. */
const RUNS = 15;

/** Small enough that heads are parked and segments rolled all the time. */
const SMALL = { spanMax: 8, segmentBytes: 100_000, tailBytesMax: 2000 };
/** Where the clock of every run begins. */
const STARTED = handClock().now();
const LIMITS = { dedupeWindowMs: 5000, parkedMax: 4 };

type Step =
  | { readonly do: 'append'; readonly targets: readonly string[][]; readonly keys: number[] }
  | { readonly do: 'claim'; readonly sink: number; readonly max: number }
  | {
      readonly do: 'settle' | 'park' | 'bury' | 'release';
      readonly sink: number;
      readonly pick: number[];
    }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'retire' | 'revive'; readonly sink: number }
  | { readonly do: 'drop'; readonly sink: number; readonly from: StartFrom }
  | { readonly do: 'read'; readonly after: number; readonly max: number }
  | { readonly do: 'discard' | 'save'; readonly pick: number[] }
  | { readonly do: 'reopen' | 'crash' | 'settle and crash'; readonly sink: number };

const sink = fc.nat(SINKS.length - 1);
const pick = fc.array(fc.nat(50), { minLength: 1, maxLength: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      targets: fc.array(fc.subarray([...SINKS]), { minLength: 1, maxLength: 12 }),
      keys: fc.array(fc.nat(40), { maxLength: 12 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      sink,
      max: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('settle', 'settle', 'park', 'bury', 'release'),
      sink,
      pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(3000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('retire' as const, 'revive' as const), sink }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('drop' as const),
      sink,
      from: fc.oneof(
        fc.constantFrom('now' as const, 'start' as const),
        fc.record({ at: fc.nat(60_000).map((ms) => STARTED + ms) }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('read' as const), after: fc.nat(80), max: fc.nat(20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('discard' as const, 'save' as const), pick }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('reopen', 'crash', 'settle and crash'),
      sink,
    }),
  },
);

/** Both journals, and who has claimed what. */
class Pair {
  readonly clock: HandClock = handClock();
  readonly #place: FolderPlace;
  readonly #claimed = new Map<string, Position[]>(SINKS.map((name) => [name, []]));
  readonly #subscriptions = new Map<string, { model: Subscription; real: Subscription }>();
  #model: MemoryJournal;
  #real: Journal;
  #named = 0;

  private constructor(place: FolderPlace, model: MemoryJournal, real: Journal) {
    this.#place = place;
    this.#model = model;
    this.#real = real;
  }

  static async open(): Promise<Pair> {
    const place = await folderPlace(SMALL);
    const pair = new Pair(place, undefined as never, undefined as never);
    pair.#model = memoryJournal({ clock: pair.clock, ...LIMITS });
    pair.#real = await pair.#open();
    await pair.#subscribe();
    return pair;
  }

  remove(): Promise<void> {
    return this.#place.remove();
  }

  async run(one: Step): Promise<void> {
    switch (one.do) {
      case 'append':
        return this.#append(one.targets, one.keys);
      case 'claim':
        return this.#claim(SINKS[one.sink]!, one.max);
      case 'settle':
      case 'park':
      case 'bury':
      case 'release':
        return this.#end(one.do, SINKS[one.sink]!, one.pick);
      case 'advance': {
        this.clock.advance(one.ms);
        return;
      }
      case 'retire':
        await this.#both((journal) => journal.retire(SINKS[one.sink]!));
        return;
      case 'revive':
        await this.#both((journal) => journal.subscribe(SINKS[one.sink]!, 'now'));
        return;
      case 'drop':
        return this.#drop(SINKS[one.sink]!, one.from);
      case 'read':
        return this.#read(one.after as Position, one.max);
      case 'discard': {
        const [model, real] = await this.#both((journal) => journal.deadLetters.discard(one.pick));
        expect(real).toEqual(model);
        return;
      }
      case 'save':
        return this.#save(one.pick);
      case 'reopen':
        await this.#real.close();
        return this.#reopen();
      case 'crash':
        await this.#place.crash(this.#real);
        return this.#reopen();
      case 'settle and crash':
        return this.#settleAndCrash(SINKS[one.sink]!);
    }
  }

  /** Everything that can be asked has the same answer. */
  async compare(): Promise<void> {
    const state = async (journal: Journal) => {
      const { subscriptions, first, last, entries, gaps } = await journal.stats();
      const letters = await journal.deadLetters.list({}, 1000);
      const names = await journal.subscriptions();
      return { subscriptions, first, last, entries, gaps, letters, names: new Set(names) };
    };
    expect(await state(this.#real)).toEqual(await state(this.#model));
  }

  async compareEntries(): Promise<void> {
    const real = await this.#real.read(undefined, 10_000);
    expect(real).toEqual(await this.#model.read(undefined, 10_000));
  }

  async #read(after: Position, max: number): Promise<void> {
    const [model, real] = await this.#both((journal) => journal.read(after, max));
    expect(real).toEqual(model);
    const [expected, found] = await this.#both((journal) => journal.standing(after));
    expect(new Map(found)).toEqual(new Map(expected));
  }

  /** A tracker's memory comes back as it was, over crashes too. */
  async #save(value: readonly number[]): Promise<void> {
    const name = `t${value.length % 2}`;
    const [before, same] = await this.#both((journal) => journal.checkpoints.load(name));
    expect(same).toEqual(before);
    const position = value.length as Position;
    await this.#both((journal) => journal.checkpoints.save(name, position, [...value]));
  }

  /** Forgotten, and begun anew under the same name. */
  async #drop(name: string, from: StartFrom): Promise<void> {
    await this.#both((journal) => journal.retire(name));
    await this.#both((journal) => journal.drop(name));
    const [model, real] = await this.#both((journal) => journal.subscribe(name, from));
    this.#subscriptions.set(name, { model, real });
    this.#claimed.set(name, []);
  }

  async #append(targets: readonly string[][], keys: readonly number[]): Promise<void> {
    const entries = targets.map((names, index) => {
      this.#named += 1;
      const key = keys[index];
      const native = { dialect: 'test', text: `${this.#named}`.repeat(500), redactions: [] };
      const dedupe = key === undefined || key > 20 ? {} : { dedupe: `k${key}` };
      return entryNamed(`e${this.#named}`, names, { native, ...dedupe });
    });
    const [model, real] = await this.#both((journal) => journal.append(entries));
    expect(real).toEqual(model);
  }

  async #claim(name: string, max: number): Promise<void> {
    const pair = this.#pair(name);
    const controller = new AbortController();
    const tick = setImmediate(() => controller.abort());
    const model = await orRefused(pair.model.claim(max, controller.signal));
    clearImmediate(tick);
    // Where the model has nothing to hand out, the other must not have either.
    const patience = AbortSignal.timeout(model.length > 0 ? 10_000 : 5);
    const real = await orRefused(pair.real.claim(max, patience));
    expect(real).toEqual(model);
    this.#claimed.get(name)?.push(...model.map(({ entry }) => entry.position));
  }

  async #end(
    how: 'settle' | 'park' | 'bury' | 'release',
    name: string,
    pick: number[],
  ): Promise<void> {
    const claimed = this.#claimed.get(name)!;
    const chosen = new Set(pick.flatMap((n) => claimed[n % Math.max(1, claimed.length)] ?? []));
    this.#claimed.set(
      name,
      claimed.filter((position) => !chosen.has(position)),
    );
    const now = this.clock.now();
    for (const one of [this.#pair(name).model, this.#pair(name).real]) {
      if (how === 'settle') await one.settle([...chosen]);
      if (how === 'release') one.release([...chosen]);
      for (const position of chosen) {
        const attempt = { at: now, code: 'VIA_TEST_REFUSED', message: `${position}` } as const;
        if (how === 'park') await one.park(position, now + (position % 5) * 500, attempt);
        if (how === 'bury') await one.bury(position, letterFor(name, { reason: `${position}` }));
      }
    }
  }

  /** Nobody waits for the settle: it may be durable or not, but not in part. */
  async #settleAndCrash(name: string): Promise<void> {
    const positions = this.#claimed.get(name)!;
    const { model, real } = this.#pair(name);
    const before = model.lag().pending;
    void real.settle(positions);
    await Promise.resolve();
    await this.#place.crash(this.#real);
    this.#real = await this.#open();
    const { pending = NaN } = (await this.#real.stats()).subscriptions[name] ?? {};
    expect([before, before - positions.length]).toContain(pending);
    if (pending < before) await model.settle(positions);
    await this.#follow(this.#model.crash());
  }

  #open(): Promise<Journal> {
    return this.#place.open({ clock: this.clock, ...LIMITS });
  }

  async #reopen(): Promise<void> {
    this.#real = await this.#open();
    await this.#follow(this.#model.crash());
  }

  async #follow(model: MemoryJournal): Promise<void> {
    this.#model = model;
    await this.compare();
    await this.#subscribe();
  }

  async #subscribe(): Promise<void> {
    for (const name of SINKS) {
      const model = await this.#model.subscribe(name, 'now');
      const real = await this.#real.subscribe(name, 'now');
      this.#subscriptions.set(name, { model, real });
      this.#claimed.set(name, []);
    }
  }

  #pair(name: string): { model: Subscription; real: Subscription } {
    return this.#subscriptions.get(name)!;
  }

  async #both<T>(call: (journal: Journal) => Promise<T>): Promise<[T, T]> {
    return [await call(this.#model), await call(this.#real)];
  }
}

/** A retired subscription hands out nothing: that is its answer. */
async function orRefused(claim: Promise<readonly Claimed[]>): Promise<readonly Claimed[]> {
  return claim.catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'VIA_JOURNAL_UNKNOWN_SUBSCRIPTION' });
    return [];
  });
}

describe('the SQLite journal and its model', () => {
  it('agree on every answer, through crashes and openings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const pair = await Pair.open();
        try {
          for (const one of steps) {
            await pair.run(one);
            await pair.compare();
          }
          await pair.compareEntries();
        } finally {
          await pair.remove();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  }, 300_000);
});
