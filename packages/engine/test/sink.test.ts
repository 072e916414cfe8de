import { describe, expect, it } from 'vitest';
import { DELIVERED, SENT, TransportError, type Outcome } from '@viaduct/core';
import { collectLogs } from '@viaduct/testkit';
import { noteCodec } from './dialect.ts';
import { notes, setStage, type Answer, type Stage } from './stage.ts';

const refused: Outcome = { kind: 'refused', code: 'VIA_TEST_REFUSED', message: 'no' };
const gone: Outcome = { kind: 'unavailable', code: 'VIA_TEST_GONE', message: 'gone' };

const retryBackoff = { initialMs: 1_000, maxMs: 1_000, factor: 1 };

async function letters(stage: Stage) {
  return stage.journal.deadLetters.list({}, 100);
}

/** Answers each note by its id; the rest is delivered. */
function byNote(answers: Readonly<Record<string, Outcome>>): Answer {
  return (sent) => sent.map(({ note }) => answers[note] ?? DELIVERED);
}

describe('a sink', () => {
  it('is sent what it is owed and nothing else', async () => {
    const stage = setStage({
      other: {},
      routes: [
        { name: 'a', match: { nativetype: 'a' }, to: ['out'] },
        { name: 'b', match: { nativetype: 'b' }, to: ['other'] },
      ],
    });
    await stage.engine.start();
    stage.source.deliver(
      { id: 'a', key: 'vm-1', seq: 0, type: 'a' },
      { id: 'b', key: 'vm-2', seq: 0, type: 'b' },
    );
    await stage.settle();
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['a']);
    expect(stage.other.sent.map(({ note }) => note)).toEqual(['b']);
  });

  it('counts sent and delivered apart', async () => {
    const stage = setStage();
    stage.sink.answer = byNote({ n0: SENT });
    await stage.engine.start();
    stage.source.deliver(...notes(3));
    await stage.settle();
    expect(stage.sinkStatus().counters).toMatchObject({
      sent: 1,
      delivered: 2,
      losses: 3,
      inventions: 3,
    });
    expect(stage.sinkStatus()).toMatchObject({ claimed: 0, lag: { pending: 0 } });
  });

  it('of the same dialect gets the native message to keep its unknown parts', async () => {
    const stage = setStage({ sink: { adapter: { codec: noteCodec('note') } } });
    await stage.engine.start();
    stage.source.deliver({ id: 'n', key: 'vm', seq: 0, secret: 'hunter2' });
    await stage.settle();
    expect(stage.sink.sent[0]?.original).toEqual({ id: 'n', key: 'vm', seq: 0, secret: '***' });
  });

  it('of another dialect does not', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(stage.sink.sent[0]?.original).toBeUndefined();
  });

  it('has no more under way than it allows, and never two of one key', async () => {
    const stage = setStage();
    const waiting: (() => void)[] = [];
    stage.sink.answer = (sent) =>
      new Promise((resolve) => waiting.push(() => resolve(sent.map(() => DELIVERED))));
    await stage.engine.start();
    stage.source.deliver(...notes(25), { id: 'again', key: 'vm-0', seq: 1 });
    await stage.settle();
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(notes(20).map(({ id }) => id));
    expect(stage.sinkStatus().heldBack).toBe(1);
    while (waiting.length > 0) {
      waiting.shift()?.();
      await stage.settle();
    }
    expect(stage.sink.sent).toHaveLength(26);
    expect(stage.sink.sent.at(-1)?.note).toBe('again');
  });

  it('claims no more than its bound', async () => {
    const stage = setStage({ sink: { claimMax: 7 } });
    stage.sink.answer = () => new Promise(() => undefined);
    await stage.engine.start();
    stage.source.deliver(...notes(30));
    await stage.settle();
    expect(stage.sinkStatus().claimed).toBe(7);
  });

  it('claims no more bytes than its bound, but for what it cannot know before', async () => {
    const large = 'x'.repeat(100_000);
    const claimBytesMax = 1_000_000;
    const stage = setStage({ sink: { claimBytesMax } });
    await stage.engine.start();
    stage.source.deliver(...notes(20).map((note) => ({ ...note, type: large })));
    await stage.settle(1_000);
    expect(stage.sink.sent).toHaveLength(20);
    stage.sink.answer = () => new Promise(() => undefined);
    for (const [index, note] of notes(60).slice(20).entries()) {
      stage.source.deliver({ ...note, type: `${large}${index}` });
      await stage.settle();
    }
    // Of a hundred kilobytes each, ten fit; the average is a little behind.
    expect(stage.sinkStatus().claimed).toBeGreaterThan(5);
    expect(stage.sinkStatus().claimed).toBeLessThan(15);
    expect(stage.sinkStatus().lag?.pending).toBe(40);
  });

  it('is sent events that are larger than its bound of bytes, one at a time', async () => {
    const stage = setStage({ sink: { claimBytesMax: 1_000 } });
    await stage.engine.start();
    stage.source.deliver(...notes(20));
    await stage.settle(1_000);
    expect(stage.sink.sent).toHaveLength(20);
  });

  it('gets a nonce of 32 hexadecimal digits, new for each attempt', async () => {
    const stage = setStage({ sink: { retryBackoff } });
    stage.sink.answer = (sent) => sent.map(({ attempt }) => (attempt < 3 ? refused : DELIVERED));
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle(5_000);
    const nonces = stage.sink.sent.map(({ nonce }) => nonce);
    expect(new Set(nonces).size).toBe(3);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is sent no faster than its rate limit', async () => {
    const stage = setStage({ sink: { rateLimit: { perSecond: 10, burst: 2 } } });
    await stage.engine.start();
    stage.source.deliver(...notes(30));
    await stage.settle();
    expect(stage.sink.sent).toHaveLength(2);
    await stage.settle(1_000);
    expect(stage.sink.sent).toHaveLength(12);
    await stage.settle(2_000);
    expect(stage.sink.sent).toHaveLength(30);
  });
});

describe('a refused event', () => {
  it('is tried again after a pause, with the number of the attempt', async () => {
    const stage = setStage({ sink: { retryBackoff } });
    stage.sink.answer = (sent) => sent.map(({ attempt }) => (attempt < 3 ? refused : DELIVERED));
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle(400);
    expect(stage.sink.sent.map(({ attempt }) => attempt)).toEqual([1]);
    expect(stage.sinkStatus().retrying).toBe(1);
    await stage.settle(2_000);
    expect(stage.sink.sent.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(stage.sinkStatus().counters).toMatchObject({ refused: 2, retries: 2, delivered: 1 });
  });

  it('holds back what follows of its key, and nothing else', async () => {
    const stage = setStage({ sink: { retryBackoff } });
    stage.sink.answer = (sent) =>
      sent.map(({ note, attempt }) => (note === 'n0' && attempt === 1 ? refused : DELIVERED));
    await stage.engine.start();
    stage.source.deliver(...notes(2), { id: 'after', key: 'vm-0', seq: 1 });
    await stage.settle(400);
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0', 'n1']);
    await stage.settle(1_000);
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0', 'n1', 'n0', 'after']);
  });

  it('is tried again even when what waits behind it fills the bound of claims', async () => {
    const stage = setStage({ sink: { retryBackoff, claimMax: 4 } });
    stage.sink.answer = (sent) =>
      sent.map(({ attempt, seq }) => (attempt === 1 && seq === 0 ? refused : DELIVERED));
    await stage.engine.start();
    stage.source.deliver(...notes(20, { key: 'vm' }));
    await stage.settle(5_000);
    expect(stage.sink.sent.map(({ seq }) => seq)).toEqual([0, ...notes(20).map(({ seq }) => seq)]);
  });

  it('becomes a dead letter with every attempt when they are used up', async () => {
    const stage = setStage({ sink: { retryBackoff, attemptsMax: 3 } });
    stage.sink.answer = byNote({ n0: refused });
    await stage.engine.start();
    stage.source.deliver(...notes(1), { id: 'after', key: 'vm-0', seq: 1 });
    await stage.settle(10_000);
    const [letter] = await letters(stage);
    expect(letter).toMatchObject({
      stage: 'send',
      code: 'VIA_TEST_REFUSED',
      source: 'in',
      sink: 'out',
      event: { id: stage.sink.sent[0]?.event },
      native: { dialect: 'note' },
    });
    expect(letter?.attempts).toHaveLength(3);
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0', 'n0', 'n0', 'after']);
    expect(stage.sinkStatus().lag?.pending).toBe(0);
  });

  it('for good becomes a dead letter at once', async () => {
    const stage = setStage();
    stage.sink.answer = byNote({ n0: { ...refused, permanent: true } });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(stage.sink.sent).toHaveLength(1);
    expect(await letters(stage)).toMatchObject([{ stage: 'send', attempts: [{}] }]);
  });

  it('keeps its attempts and its place over a crash in the middle of its pause', async () => {
    const stage = setStage({ sink: { retryBackoff } });
    stage.sink.answer = byNote({ n0: refused });
    await stage.engine.start();
    stage.source.deliver(...notes(1), { id: 'after', key: 'vm-0', seq: 1 });
    await stage.settle(100);
    const { clock } = stage;
    const next = setStage({ sink: { retryBackoff }, journal: stage.journal.crash(), clock });
    await next.engine.start();
    await next.settle(5_000);
    expect(next.sink.sent.map(({ note, attempt }) => [note, attempt])).toEqual([
      ['n0', 2],
      ['after', 1],
    ]);
  });
});

describe('a refusal that is not on record yet', () => {
  it('is not overtaken by the next of its key', async () => {
    const stage = setStage();
    stage.sink.answer = byNote({ n0: { ...refused, permanent: true } });
    await stage.engine.start();
    stage.source.deliver(...notes(1), { id: 'after', key: 'vm-0', seq: 1 });
    await waitForSend(stage);
    stage.journal.hold();
    await stage.settle(60_000);
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0']);
    stage.journal.resume();
    await stage.settle();
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0', 'after']);
  });

  it.each([
    ['to be tried again', refused],
    ['for good', { ...refused, permanent: true }],
  ])('%s is not overtaken over a lost connection', async (_, refusal) => {
    const stage = setStage({ sink: { retryBackoff, capabilities: capabilities(2, 1) } });
    stage.sink.answer = byNote({ n0: refusal, n1: gone });
    await stage.engine.start();
    stage.source.deliver(...notes(2), { id: 'after', key: 'vm-0', seq: 1 });
    await waitForSend(stage);
    stage.journal.hold();
    await stage.settle(60_000);
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0', 'n1']);
    stage.journal.resume();
    stage.sink.answer = byNote({});
    await stage.settle(60_000);
    expect(stage.sinkStatus().lag?.pending).toBe(0);
    const again = stage.sink.sent.slice(2).map(({ note }) => note);
    expect(again.filter((note) => note !== 'n1')).toEqual(
      refusal === refused ? ['n0', 'after'] : ['after'],
    );
  });
});

/** Until something has been handed to the sink, and no longer: by microtasks. */
async function waitForSend(stage: Stage): Promise<void> {
  for (let turn = 0; turn < 1_000 && stage.sink.sent.length === 0; turn += 1) {
    await Promise.resolve();
  }
}

describe('an event that cannot be encoded', () => {
  it('becomes a dead letter and delays nothing', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver({ id: 'mute', key: 'a', seq: 0, unspeakable: true }, ...notes(1));
    await stage.settle();
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0']);
    expect(await letters(stage)).toMatchObject([
      { stage: 'encode', code: 'VIA_TEST_UNSPEAKABLE', sink: 'out', attempts: [] },
    ]);
  });
});

describe('an unreachable peer', () => {
  it('costs no attempt, however long it is gone', async () => {
    const stage = setStage({ sink: { attemptsMax: 2 } });
    stage.sink.answer = (sent) => sent.map(() => gone);
    await stage.engine.start();
    stage.source.deliver(...notes(3));
    await stage.settle(600_000);
    expect(stage.sinkStatus()).toMatchObject({
      state: 'waiting',
      lastError: { code: 'VIA_TEST_GONE' },
    });
    expect(await letters(stage)).toEqual([]);
    stage.sink.answer = (sent) => sent.map(() => DELIVERED);
    await stage.settle(60_000);
    expect(stage.sink.sent.slice(-3).map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    expect(stage.sinkStatus()).toMatchObject({ state: 'connected', lag: { pending: 0 } });
  });

  it('is tried at an ever slower pace, though it can be connected to', async () => {
    const logger = collectLogs();
    const stage = setStage({ engine: { logger } });
    stage.sink.answer = (sent) => sent.map(() => gone);
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle(600_000);
    expect(stage.sink.connects).toBeLessThan(50);
    expect(stage.sink.connects).toBeGreaterThan(15);
    const said = (): readonly string[] =>
      logger.lines.filter(({ fields }) => fields.sink === 'out').map(({ message }) => message);
    expect(said()).toEqual(['connected', 'gone']);
    stage.sink.answer = (sent) => sent.map(() => DELIVERED);
    await stage.settle(60_000);
    expect(said()).toEqual(['connected', 'gone', 'connected']);
  });

  it('is tried again when it says', async () => {
    const stage = setStage();
    stage.sink.answer = (sent) => sent.map(() => ({ ...gone, retryAfterMs: 90_000 }));
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle(89_000);
    expect(stage.sink.connects).toBe(1);
    await stage.settle(2_000);
    expect(stage.sink.connects).toBe(2);
  });

  it('gets again, in order, what it was being sent when the connection was lost', async () => {
    const stage = setStage({ sink: { capabilities: capabilities(1, 1) } });
    let isFirst = true;
    stage.sink.answer = async (sent) => {
      if (!isFirst) return sent.map(() => DELIVERED);
      isFirst = false;
      throw new TransportError('reconnect', 'VIA_TEST_CUT', 'cut');
    };
    await stage.engine.start();
    stage.source.deliver(...notes(3, { key: 'vm' }));
    await stage.settle(5_000);
    expect(stage.sink.sent.map(({ note }) => note)).toEqual(['n0', 'n0', 'n1', 'n2']);
    expect(stage.sinkStatus().counters.unavailable).toBe(1);
  });

  it.each([
    ['soon', 900, 1],
    ['too late', 1_100, 2],
  ])('that cannot take one event may answer for another: %s', async (_, answersAfterMs, times) => {
    const stage = setStage({ sink: { capabilities: capabilities(1, 2) } });
    stage.sink.answer = ([one], signal) => {
      if (stage.sink.connects > 1) return [DELIVERED];
      if (one?.note === 'n0') return [gone];
      return new Promise((resolve, reject) => {
        stage.clock.after(answersAfterMs, () => resolve([DELIVERED]));
        signal.addEventListener('abort', () => reject(new Error('cut off')));
      });
    };
    await stage.engine.start();
    stage.source.deliver(...notes(2));
    await stage.settle(60_000);
    expect(stage.sink.sent.filter(({ note }) => note === 'n0')).toHaveLength(2);
    expect(stage.sink.sent.filter(({ note }) => note === 'n1')).toHaveLength(times);
    expect(stage.sinkStatus()).toMatchObject({ counters: { delivered: 2 }, lag: { pending: 0 } });
  });

  it('is given up after the time that is set for it, and keeps what it is owed', async () => {
    const stage = setStage({ sink: { giveUpAfterMs: 60_000 } });
    stage.sink.refuseConnect = new TransportError('reconnect', 'VIA_TEST_DOWN', 'down');
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle(120_000);
    expect(stage.sinkStatus()).toMatchObject({ state: 'gave-up', lag: { pending: 1 } });
  });

  it('delays no other sink', async () => {
    const stage = setStage({ other: {}, routes: [{ name: 'all', to: ['out', 'other'] }] });
    stage.sink.refuseConnect = new TransportError('permanent', 'VIA_TEST_PASSWORD', 'wrong');
    await stage.engine.start();
    stage.source.deliver(...notes(50));
    await stage.settle();
    expect(stage.other.sent).toHaveLength(50);
    expect(stage.source.acked).toHaveLength(50);
    expect(stage.sinkStatus()).toMatchObject({ state: 'waiting', lag: { pending: 50 } });
  });
});

describe('a sink that breaks its contract', () => {
  it('by hanging delays no other, and loses its events when its connection ends', async () => {
    const stage = setStage({ other: {}, routes: [{ name: 'all', to: ['out', 'other'] }] });
    const lost = Promise.withResolvers<Error>();
    stage.sink.lost = () => lost.promise;
    stage.sink.answer = () => new Promise(() => undefined);
    await stage.engine.start();
    stage.source.deliver(...notes(5));
    await stage.settle(1_000);
    expect(stage.other.sent).toHaveLength(5);
    stage.sink.answer = (sent) => sent.map(() => DELIVERED);
    lost.resolve(new TransportError('reconnect', 'VIA_TEST_CUT', 'cut'));
    stage.sink.lost = () => new Promise(() => undefined);
    await stage.settle(60_000);
    expect(stage.sinkStatus()).toMatchObject({ claimed: 0, lag: { pending: 0 } });
  });

  it('by giving too few outcomes is sent the rest again', async () => {
    const stage = setStage();
    stage.sink.answer = (sent) => sent.slice(1).map(() => DELIVERED);
    await stage.engine.start();
    stage.source.deliver(...notes(2));
    await stage.settle(100);
    expect(stage.sinkStatus().lastError?.code).toBe('VIA_ENGINE_SINK_BROKE');
    stage.sink.answer = (sent) => sent.map(() => DELIVERED);
    await stage.settle(60_000);
    expect(stage.sinkStatus().lag?.pending).toBe(0);
  });

  it('by throwing something of its own is connected again', async () => {
    const stage = setStage();
    let isFirst = true;
    stage.sink.answer = (sent) => {
      if (!isFirst) return sent.map(() => DELIVERED);
      isFirst = false;
      throw new Error('a bug');
    };
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle(60_000);
    expect(stage.sink.sent).toHaveLength(2);
    expect(stage.sinkStatus().lag?.pending).toBe(0);
  });
});

function capabilities(batchMax: number, concurrencyMax: number) {
  return { confirmation: 'peer', ordering: 'per-connection', batchMax, concurrencyMax } as const;
}
