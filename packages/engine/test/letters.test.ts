import { describe, expect, it } from 'vitest';
import { setStage } from './stage.ts';

const CAPABILITIES = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 10,
  concurrencyMax: 1,
} as const;

describe('a dead letter', () => {
  it('holds what came as it came, secrets and all, only where the source is told to', async () => {
    const note = { id: 'bad', key: 'vm', seq: 0, broken: true, secret: 'hunter2' } as const;
    const kept = setStage({ source: { keepOriginal: true } });
    await kept.engine.start();
    kept.source.deliver(note);
    await kept.settle();
    const [letter] = await kept.journal.deadLetters.list({}, 1);
    expect(letter?.native).toEqual({ dialect: 'note', text: JSON.stringify(note), redactions: [] });

    const usual = setStage();
    await usual.engine.start();
    usual.source.deliver(note);
    await usual.settle();
    const [other] = await usual.journal.deadLetters.list({}, 1);
    expect(other?.native?.text).toBe(JSON.stringify({ ...note, secret: '***' }));
  });

  it('is of the stage hook where the sink runs programs', async () => {
    const stage = setStage({ sink: { capabilities: { ...CAPABILITIES, stage: 'hook' } } });
    stage.sink.answer = (sent) =>
      sent.map(() => ({ kind: 'refused', code: 'VIA_TEST_NO', message: 'no', permanent: true }));
    await stage.engine.start();
    stage.source.deliver({ id: 'n', key: 'vm', seq: 0 });
    await stage.settle();
    const [letter] = await stage.journal.deadLetters.list({}, 1);
    expect(letter).toMatchObject({ stage: 'hook', sink: 'out', attempts: [{ message: 'no' }] });
  });
});
