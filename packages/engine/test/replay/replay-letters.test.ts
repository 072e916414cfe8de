import type { CanonicalEvent } from '@viaduct/core';
import { describe, expect, it } from 'vitest';
import { JournalError, type DeadLetter, type NewDeadLetter } from '@viaduct/journal';
import { memoryJournal, type MemoryJournal } from '@viaduct/journal/memory';
import { fakeClock } from '@viaduct/testkit';
import {
  replayLetters,
  type LetterReplayOptions,
  type LetterReplayPlan,
  type LetterSurroundings,
  type ReplayResult,
} from '../../src/index.ts';
import { eventId, noteCodec, type Note } from '../dialect.ts';
import { BROKER_ID } from '../stage.ts';
import { storedEntry } from './stored-entries.ts';

const EVENT = storedEntry({ at: 1, vm: 'a', state: 'failed' }).event;

const undecodable = (note: Note | string, more: Partial<NewDeadLetter> = {}): NewDeadLetter => ({
  stage: 'decode',
  code: 'VIA_TEST_BROKEN',
  reason: 'the note is broken',
  source: 'one',
  at: 5,
  native: {
    dialect: 'note',
    text: typeof note === 'string' ? note : JSON.stringify(note),
    redactions: [],
  },
  attempts: [],
  ...more,
});

const refused = (more: Partial<NewDeadLetter> = {}): NewDeadLetter => ({
  stage: 'send',
  code: 'VIA_TEST_NO',
  reason: 'no',
  source: 'one',
  sink: 'nms',
  at: 5,
  event: EVENT,
  attempts: [{ at: 4, code: 'VIA_TEST_NO', message: 'no' }],
  ...more,
});

const AROUND: LetterSurroundings = {
  source: (name) =>
    name === 'one'
      ? { codec: noteCodec('note'), system: 'one', isIgnored: (type) => type === 'noise' }
      : undefined,
  targets: () => ['nms', 'bus'],
  failed: () => [],
  variants: () => [],
  hasSink: (name) => name === 'nms' || name === 'bus',
  isAsked: () => true,
  route: false,
  brokerId: BROKER_ID,
  trailLengthMax: 8,
};

const clock = fakeClock();

async function journalWith(...letters: readonly NewDeadLetter[]): Promise<MemoryJournal> {
  const journal = memoryJournal({ clock });
  await journal.subscribe('nms', 'now');
  await journal.deadLetters.add(letters);
  return journal;
}

async function replay(
  journal: MemoryJournal,
  around: Partial<LetterSurroundings> = {},
  options: Partial<LetterReplayOptions> = {},
): Promise<{ readonly plan: LetterReplayPlan; readonly result: ReplayResult }> {
  const letters = async function* (): AsyncGenerator<readonly DeadLetter[]> {
    for (let after = 0; ;) {
      const page = await journal.deadLetters.list({ after }, 2);
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)?.id ?? after;
    }
  };
  const all = { journal, letters, clock, isLive: false, ratePerSecond: 1, dryRun: false };
  const surroundings = { ...AROUND, ...around };
  let plan: LetterReplayPlan | undefined;
  let result: ReplayResult | undefined;
  const signal = new AbortController().signal;
  for await (const step of replayLetters({ ...all, surroundings, ...options }, signal)) {
    if (step.kind === 'plan') ({ plan } = step);
    if (step.kind === 'done') ({ result } = step);
  }
  if (plan === undefined || result === undefined) throw new Error('it did not end');
  return { plan, result };
}

const reasons = ({ skipped }: LetterReplayPlan) =>
  Object.fromEntries(skipped.map(({ reason, count }) => [reason, count]));

describe('the replay of dead letters', () => {
  it('decodes again what today’s codec understands, as it would have been at first', async () => {
    const journal = await journalWith(undecodable({ id: 'n', key: 'vm', seq: 1 }));
    const { plan, result } = await replay(journal);
    expect(plan).toMatchObject({ letters: 1, events: 1, bySink: { nms: 1, bus: 1 } });
    expect(result).toMatchObject({ events: 1, deliveries: 2, lettersRemoved: 1 });
    expect(await journal.deadLetters.count()).toBe(0);
    const [entry] = await journal.read(undefined, 10);
    expect(entry).toMatchObject({
      event: { id: eventId('n'), trail: BROKER_ID, receivedtime: '1970-01-01T00:00:00.005Z' },
      source: 'one',
      targets: ['nms', 'bus'],
      dedupe: 'one\nn#0',
      replay: { id: 'letter-1', letter: 1 },
    });
    // Nobody has had it yet: a receiver that leaves out what is sent again must not leave it out.
    expect(entry?.event.replayed).toBeUndefined();
  });

  it('keeps what is not understood today either, and says why', async () => {
    const journal = await journalWith(
      undecodable({ id: 'n', key: 'vm', seq: 1, broken: true }),
      undecodable({ id: 'n', key: 'vm', seq: 1, bomb: true }),
      undecodable('no JSON', { stage: 'receive' }),
      undecodable({ id: 'n', key: 'vm', seq: 1 }, { source: 'gone' }),
      undecodable({ id: 'n', key: 'vm', seq: 1, trail: `${BROKER_ID} other` }),
      { ...undecodable(''), native: { dialect: 'oslo', text: '{}', redactions: [] } },
      refused({ sink: 'gone' }),
      { stage: 'send', code: 'VIA_TEST_NO', reason: 'damaged', source: 'one', at: 1, attempts: [] },
    );
    const { plan, result } = await replay(journal);
    expect(reasons(plan)).toEqual({
      undecodable: 3,
      'no-source': 2,
      loop: 1,
      'no-sink': 1,
      'nothing-kept': 1,
    });
    expect(result).toMatchObject({ events: 0, lettersRemoved: 0 });
    expect(await journal.deadLetters.count()).toBe(8);
  });

  it('removes what is understood and no event, and what is ignored', async () => {
    const journal = await journalWith(
      undecodable({ id: 'n', key: 'vm', seq: 1, events: 0 }),
      undecodable({ id: 'n', key: 'vm', seq: 1, type: 'noise' }),
    );
    const { plan, result } = await replay(journal);
    expect(reasons(plan)).toEqual({ 'no-event': 2 });
    expect(result).toMatchObject({ events: 0, lettersRemoved: 2 });
  });

  it('hides a secret that was kept on request before the message is stored as an event', async () => {
    const journal = await journalWith(undecodable({ id: 'n', key: 'vm', seq: 1, secret: 'psst' }));
    await replay(journal);
    const [entry] = await journal.read(undefined, 10);
    expect(JSON.stringify(entry)).not.toContain('psst');
    expect(entry?.native).toMatchObject({ redactions: [{ path: 'secret' }] });
  });

  it('sends to the sink it was for, marked; by the routes to others, if told to', async () => {
    const journal = await journalWith(refused(), refused({ sink: 'gone', stage: 'hook' }));
    const { plan } = await replay(journal, {}, { dryRun: true });
    expect(plan).toMatchObject({ letters: 2, events: 1, bySink: { nms: 1 } });
    expect(await journal.deadLetters.count()).toBe(2);
    const routed = await replay(journal, { route: true, isAsked: (name) => name === 'bus' });
    expect(routed.result).toMatchObject({ events: 2, deliveries: 2, lettersRemoved: 2 });
    const entries = await journal.read(undefined, 10);
    expect(entries.map(({ targets, event }) => [targets, event.replayed, event.id])).toEqual([
      [['bus'], 'true', EVENT.id],
      [['bus'], 'true', EVENT.id],
    ]);
  });

  it('routes again what the routes failed on, for the sink of each letter alone', async () => {
    const journal = await journalWith(refused({ stage: 'route', sink: 'bus' }));
    expect(reasons((await replay(journal, { targets: () => undefined })).plan)).toEqual({
      'route-failed': 1,
    });
    const shape = { event: { ...EVENT, subject: 'compute/x' }, targets: ['nms', 'bus'] };
    const { result } = await replay(journal, { variants: () => [shape] });
    expect(result).toMatchObject({ events: 1, deliveries: 1, lettersRemoved: 1 });
    const [entry] = await journal.read(undefined, 10);
    expect(entry).toMatchObject({ targets: ['bus'], variants: [{ ...shape, targets: ['bus'] }] });
  });

  it('stays where a route would fail on it for one of its sinks, though not for the others', async () => {
    const journal = await journalWith(
      refused({ stage: 'route', sink: 'bus' }),
      undecodable({ id: 'n', key: 'vm', seq: 1 }),
    );
    const failed = { targets: () => ['nms'], failed: () => ['bus'] };
    expect(reasons((await replay(journal, failed)).plan)).toEqual({ 'route-failed': 2 });
    expect(await journal.deadLetters.count()).toBe(2);
    const elsewhere = { targets: () => ['nms', 'bus'], failed: () => ['archive'] };
    const asked = { ...elsewhere, isAsked: (name: string) => name !== 'archive' };
    expect((await replay(journal, asked)).result).toMatchObject({ lettersRemoved: 2 });
  });

  it('stays whole where one of its events has to stay', async () => {
    const journal = await journalWith(undecodable({ id: 'n', key: 'vm', seq: 1, events: 3 }));
    const isThird = ({ id }: CanonicalEvent): boolean => id === eventId('n', 2);
    const elsewhere: Partial<LetterSurroundings> = {
      targets: (event) => (isThird(event) ? ['bus'] : ['nms']),
      isAsked: (name) => name === 'nms',
    };
    expect(reasons((await replay(journal, elsewhere)).plan)).toEqual({ unrouted: 1 });
    expect(await journal.deadLetters.count()).toBe(1);
    const failing = { failed: (event: CanonicalEvent) => (isThird(event) ? ['bus'] : []) };
    expect(reasons((await replay(journal, failing)).plan)).toEqual({ 'route-failed': 1 });
    expect(await journal.read(undefined, 10)).toEqual([]);
    expect((await replay(journal)).result).toMatchObject({ events: 3, lettersRemoved: 1 });
  });

  it('neither loses a letter nor sends it twice if it dies between entry and letter', async () => {
    const first = await journalWith(refused(), refused({ sink: 'bus' }), refused({ sink: 'bus' }));
    // Two of them are in one batch; the process dies when they are appended and not yet removed.
    const dying = {
      ...first,
      append: first.append.bind(first),
      read: first.read.bind(first),
      stats: first.stats.bind(first),
      checkpoints: first.checkpoints,
      deadLetters: { ...first.deadLetters, discard: () => Promise.reject(new Error('killed')) },
    };
    await expect(replay(first, {}, { journal: dying })).rejects.toThrow('killed');
    const next = first.crash();
    expect(await next.deadLetters.count()).toBe(3);
    expect(await next.read(undefined, 10)).toHaveLength(2);

    const { plan, result } = await replay(next);
    expect(plan.letters).toBe(1);
    expect(result).toMatchObject({ events: 1, lettersRemoved: 3 });
    expect(await next.deadLetters.count()).toBe(0);
    const letters = (await next.read(undefined, 10)).map(({ replay: mark }) => mark?.letter);
    expect(letters).toEqual([1, 2, 3]);
  });

  it('keeps the letters when the journal has no room', async () => {
    const journal = await journalWith(refused());
    journal.failAppend(new JournalError('VIA_JOURNAL_FULL', 'full'));
    await expect(replay(journal)).rejects.toMatchObject({ code: 'VIA_JOURNAL_FULL' });
    expect(await journal.deadLetters.count()).toBe(1);
    expect((await replay(journal)).result).toMatchObject({ events: 1, lettersRemoved: 1 });
  });
});
