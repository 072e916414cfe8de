import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { JournalError } from '@viaduct/journal';
import type { CanonicalEvent } from '@viaduct/core';
import { collectLogs } from '@viaduct/testkit';
import { eventId, noteCodec } from './dialect.ts';
import { countIn, HOLD_MS, holdTracker } from './hold-tracker.ts';
import { BROKER_ID, notes, setStage, type Stage } from './stage.ts';

async function stored(stage: Stage): Promise<readonly CanonicalEvent[]> {
  return (await stage.journal.read(undefined, 1_000)).map(({ event }) => event);
}

async function letters(stage: Stage) {
  return stage.journal.deadLetters.list({}, 100);
}

describe('a delivery', () => {
  it('is acknowledged when its event is durable, and not before', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.journal.hold();
    stage.source.deliver(...notes(3));
    await stage.settle();
    expect(stage.source.acked).toEqual([]);
    expect(stage.sourceStatus().inFlight).toBe(3);
    stage.journal.resume();
    await stage.settle();
    expect(stage.source.acked).toEqual(['n0', 'n1', 'n2']);
    expect(stage.sourceStatus().counters).toMatchObject({ appended: 3, acknowledged: 3 });
  });

  it('with several events is acknowledged when all of them are durable', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver({ id: 'twins', key: 'vm', seq: 0, events: 2 });
    await stage.settle();
    expect((await stored(stage)).map(({ id }) => id)).toEqual([
      eventId('twins', 0),
      eventId('twins', 1),
    ]);
    expect(stage.source.acked).toEqual(['twins']);
  });

  it('that is no event is acknowledged at once', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.journal.hold();
    stage.source.deliver({ id: 'pulse', key: 'vm', seq: 0, events: 0 });
    await stage.settle();
    expect(stage.source.acked).toEqual(['pulse']);
    expect(stage.sourceStatus().counters.noEvent).toBe(1);
  });

  it('that was received before is acknowledged and counted as a duplicate', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver(...notes(1), ...notes(1));
    await stage.settle();
    expect(stage.source.acked).toEqual(['n0', 'n0']);
    expect(stage.sourceStatus().counters).toMatchObject({ appended: 1, duplicates: 1 });
    expect(stage.sink.sent).toHaveLength(1);
  });

  it('of an ignored native type goes no further than the trackers', async () => {
    const stage = setStage({ source: { ignore: ['noise.*'] } });
    await stage.engine.start();
    stage.source.deliver(...notes(1, { type: 'noise.low' }));
    await stage.settle();
    expect(stage.source.acked).toEqual(['n0']);
    expect(await stored(stage)).toEqual([]);
    expect(stage.sourceStatus().counters.ignored).toBe(1);
  });

  it('that has been here before is dropped as a loop', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver(...notes(1, { trail: `other ${BROKER_ID}` }));
    await stage.settle();
    expect(stage.source.acked).toEqual(['n0']);
    expect(await stored(stage)).toEqual([]);
    expect(stage.sourceStatus().counters.dropped).toEqual({ loop: 1 });
  });

  it('that has passed too many brokers is dropped, however long its trail', async () => {
    const stage = setStage({ engine: { trailLengthMax: 2 } });
    await stage.engine.start();
    stage.source.deliver(
      { id: 'fits', key: 'a', seq: 0, trail: 'x y' },
      { id: 'three', key: 'b', seq: 0, trail: 'x y z' },
      { id: 'hostile', key: 'c', seq: 0, trail: 'x'.repeat(1_000_000) },
    );
    await stage.settle();
    expect((await stored(stage)).map(({ trail }) => trail)).toEqual([`x y ${BROKER_ID}`]);
    expect(stage.sourceStatus().counters.dropped).toEqual({ 'trail-too-long': 2 });
  });
});

describe('bad input', () => {
  it('that cannot be decoded becomes a dead letter, redacted, and is then acknowledged', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.journal.hold();
    const note = { id: 'bad', key: 'vm', seq: 0, broken: true, secret: 'hunter2' } as const;
    stage.source.deliver(note);
    await stage.settle();
    expect(stage.source.acked).toEqual([]);
    stage.journal.resume();
    await stage.settle();
    expect(stage.source.acked).toEqual(['bad']);
    const [letter] = await letters(stage);
    const original = JSON.stringify(note);
    expect(letter).toMatchObject({
      stage: 'decode',
      code: 'VIA_TEST_BROKEN',
      reason: 'the note is broken (at broken)',
      source: 'in',
      native: { dialect: 'note', redactions: [{ path: 'secret' }] },
      original: {
        bytes: original.length,
        sha256: createHash('sha256').update(original).digest('hex'),
      },
    });
    expect(JSON.stringify(letter)).not.toContain('hunter2');
  });

  it('that is no message at all becomes a dead letter, too', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliverMalformed('one frame');
    await stage.settle();
    expect(stage.source.acked).toEqual(['one frame']);
    expect(await letters(stage)).toMatchObject([
      {
        stage: 'receive',
        code: 'VIA_TEST_FRAMES',
        native: { text: 'one frame' },
        original: { bytes: 9, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
  });

  it('that makes a codec throw stops nothing', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver({ id: 'bomb', key: 'a', seq: 0, bomb: true }, ...notes(1));
    await stage.settle();
    expect(stage.source.acked.toSorted()).toEqual(['bomb', 'n0']);
    expect(await letters(stage)).toMatchObject([{ code: 'VIA_ENGINE_CODEC_THREW' }]);
  });
});

describe('secrets', () => {
  it('are gone before anything is stored', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.source.deliver({ id: 'n', key: 'vm', seq: 0, secret: 'hunter2' });
    await stage.settle();
    const [entry] = await stage.journal.read(undefined, 1);
    expect(JSON.stringify(entry)).not.toContain('hunter2');
    expect(entry?.native?.redactions).toEqual([{ path: 'secret' }]);
  });
});

describe('a full journal', () => {
  const full = (): JournalError => new JournalError('VIA_JOURNAL_FULL', 'full');

  it('blocks the source, and lets it go on in its order once there is room', async () => {
    const stage = setStage();
    await stage.engine.start();
    stage.journal.failAppend(full());
    stage.source.deliver(...notes(2));
    await stage.settle();
    expect(stage.sourceStatus().state).toBe('blocked');
    stage.source.deliver({ id: 'later', key: 'vm-0', seq: 9 });
    await stage.settle(1_000);
    expect(stage.sourceStatus().state).toBe('connected');
    expect(stage.source.acked).toEqual(['n0', 'n1', 'later']);
    expect(stage.source.rejected).toEqual([]);
  });

  it('is told once, with its reason, and told again when there is room', async () => {
    const logger = collectLogs();
    const stage = setStage({ engine: { logger } });
    await stage.engine.start();
    const filling = setFull(stage, full);
    stage.source.deliver(...notes(2));
    stage.source.deliverMalformed('one frame');
    await filling.for(5_000);
    await stage.settle(1_000);
    const told = logger.lines.filter(({ message }) => message.includes('room'));
    expect(told).toMatchObject([
      { level: 'error', fields: { code: 'VIA_JOURNAL_FULL' }, message: /until it has: full$/ },
      { level: 'info', message: 'the journal has room again' },
    ]);
    // One that is at its limit goes to and fro.
    stage.journal.failAppend(full());
    stage.source.deliver(...notes(1));
    await stage.settle(1_000);
    expect(logger.lines.filter(({ message }) => message.includes('room'))).toHaveLength(2);
  });

  it('for too long makes a source that can redeliver give back what it holds', async () => {
    const logger = collectLogs();
    const stage = setStage({ engine: { logger } });
    await stage.engine.start();
    const filling = setFull(stage, full);
    stage.source.deliver(...notes(2));
    await filling.for(11_000);
    expect(logger.messages('info')).not.toContain('the journal has room again');
    expect(stage.source.rejected).toEqual(['n0', 'n1']);
    expect(stage.source.acked).toEqual([]);
    expect(stage.sourceStatus().lastError?.code).toBe('VIA_ENGINE_JOURNAL_FULL');
    stage.source.deliver(...notes(2));
    await stage.settle(60_000);
    expect(stage.source.acked).toEqual(['n0', 'n1']);
    expect(logger.messages('info')).toContain('the journal has room again');
  });

  it('for too long closes no door on peers that are told to come again later', async () => {
    const stage = setStage();
    stage.source.turnAway = () => Promise.resolve();
    await stage.engine.start();
    const filling = setFull(stage, full);
    stage.source.deliver(...notes(1));
    await filling.for(11_000);
    stage.source.deliver({ id: 'n1', key: 'vm-1', seq: 1 });
    await filling.for(11_000);
    expect(stage.source.rejected).toEqual(['n0', 'n1']);
    expect(stage.source.connects).toBe(1);
    stage.source.deliver(...notes(2));
    await stage.settle(1_000);
    expect(stage.source.acked).toEqual(['n0', 'n1']);
  });

  it('gives nothing back to a source that buffers, since some of it never comes again', async () => {
    const capabilities = { redelivery: 'requeue', confirmation: 'peer', ordering: 'none' } as const;
    const stage = setStage({ source: { capabilities: { ...capabilities, buffers: true } } });
    await stage.engine.start();
    const filling = setFull(stage, full);
    stage.source.deliver(...notes(2));
    await filling.for(60_000);
    expect(stage.sourceStatus().state).toBe('blocked');
    expect(stage.source.connects).toBe(1);
    await stage.settle(1_000);
    expect(stage.source.rejected).toEqual([]);
    expect(stage.source.acked).toEqual(['n0', 'n1']);
  });

  it('keeps what a source that cannot redeliver has handed over', async () => {
    const stage = setStage({
      source: {
        capabilities: { redelivery: 'none', confirmation: 'none', ordering: 'none' },
      },
    });
    await stage.engine.start();
    const filling = setFull(stage, full);
    stage.source.deliver(...notes(2));
    await filling.for(60_000);
    expect(stage.source.connects).toBe(1);
    await stage.settle(1_000);
    expect(stage.sourceStatus().counters.appended).toBe(2);
  });

  it('at the deadline of a stop loses what cannot be redelivered, and says how much', async () => {
    const logger = collectLogs();
    const stage = setStage({
      engine: { logger },
      source: {
        capabilities: { redelivery: 'none', confirmation: 'none', ordering: 'none' },
      },
    });
    await stage.engine.start();
    const filling = setFull(stage, full);
    stage.source.deliver(...notes(2));
    await stage.settle();
    const stopped = stage.engine.stop({ deadlineMs: 3_000 });
    await filling.for(5_000);
    await stopped;
    expect(stage.sourceStatus().counters).toMatchObject({ appended: 0, dropped: { stopped: 2 } });
    const code = 'VIA_ENGINE_STOP_LOST';
    expect(logger.lines.filter(({ fields }) => fields.code === code)).toMatchObject([
      { level: 'error', fields: { source: 'in', events: 2 } },
    ]);
  });
});

/** Every append for some time finds the journal full. */
function setFull(stage: Stage, error: () => JournalError): { for(ms: number): Promise<void> } {
  stage.journal.failAppend(error());
  return {
    for: async (ms) => {
      for (let passed = 0; passed < ms; passed += 100) {
        await stage.settle(100);
        stage.journal.failAppend(error());
      }
      await stage.settle(500);
    },
  };
}

describe('a source', () => {
  it('takes no more than its bound while nothing becomes durable', async () => {
    const stage = setStage({ source: { inFlightMax: 4 } });
    await stage.engine.start();
    stage.journal.hold();
    for (const note of notes(10)) {
      stage.source.deliver(note);
      await stage.settle();
    }
    expect(stage.sourceStatus().inFlight).toBe(4);
    stage.journal.resume();
    await stage.settle();
    expect(stage.source.acked).toHaveLength(10);
  });

  it('takes no more than its bound of bytes', async () => {
    const stage = setStage({ source: { inFlightBytesMax: 2_000 } });
    await stage.engine.start();
    stage.journal.hold();
    for (const note of notes(10, { type: 'x'.repeat(900) })) {
      stage.source.deliver(note);
      await stage.settle();
    }
    expect(stage.sourceStatus().inFlight).toBe(3);
  });

  it('is connected again after a loss, and one that ends by itself is taken for lost', async () => {
    const stage = setStage();
    await stage.engine.start();
    await stage.settle();
    stage.source.lose();
    await stage.settle();
    expect(stage.sourceStatus()).toMatchObject({
      state: 'waiting',
      lastError: { code: 'VIA_TEST_CUT' },
    });
    await stage.settle(1_000);
    expect(stage.sourceStatus().state).toBe('connected');
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(stage.source.acked).toEqual(['n0']);
  });

  it('without a route is taken, stored and counted all the same', async () => {
    const stage = setStage({ routes: [{ name: 'r', match: { kind: 'host' }, to: ['out'] }] });
    await stage.engine.start();
    stage.source.deliver(...notes(1));
    await stage.settle();
    expect(stage.source.acked).toEqual(['n0']);
    expect(stage.sourceStatus().counters).toMatchObject({ appended: 1, unrouted: 1 });
  });
});

describe('trackers', () => {
  const tracked = { adapter: { codec: noteCodec('note'), trackers: [holdTracker] } };

  it('hold a delivery unacknowledged until its time is up', async () => {
    const stage = setStage({ source: tracked });
    await stage.engine.start();
    stage.source.deliver({ id: 'held', key: 'vm', seq: 0, hold: true });
    await stage.settle(HOLD_MS - 10);
    expect(stage.source.acked).toEqual([]);
    expect(stage.sourceStatus().held).toBe(1);
    await stage.settle(20);
    expect(stage.source.acked).toEqual(['held']);
    expect(stage.sourceStatus()).toMatchObject({ held: 0, counters: { notices: { waited: 1 } } });
  });

  it('are told when the source is connected again', async () => {
    const told: number[] = [];
    const tracker = {
      ...holdTracker,
      reconnected: (memory: Parameters<typeof holdTracker.step>[0]) => {
        told.push(countIn(memory));
        return { count: 0 };
      },
    };
    const adapter = { codec: noteCodec('note'), trackers: [tracker] };
    const stage = setStage({ source: { adapter } });
    await stage.engine.start();
    stage.source.deliver(...notes(2, { key: 'vm' }));
    await stage.settle();
    expect(told).toEqual([]);
    stage.source.lose();
    await stage.settle(5_000);
    expect(told).toEqual([2]);
  });

  it('let the held event go before the next of its object', async () => {
    const stage = setStage({ source: tracked });
    await stage.engine.start();
    stage.source.deliver(
      { id: 'held', key: 'vm', seq: 0, hold: true },
      { id: 'next', key: 'vm', seq: 1 },
    );
    await stage.settle();
    expect((await stored(stage)).map(({ id }) => id)).toEqual([eventId('held'), eventId('next')]);
  });

  it('have what they hold stored by a clean stop', async () => {
    const stage = setStage({ source: tracked });
    await stage.engine.start();
    stage.source.deliver({ id: 'held', key: 'vm', seq: 0, hold: true });
    await stage.settle();
    const stopped = stage.engine.stop({ deadlineMs: 1_000 });
    await stage.settle();
    await stopped;
    expect(stage.source.acked).toEqual(['held']);
  });
});
