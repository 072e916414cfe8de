import { fakeClock } from '@viaduct/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSessions } from '../../src/admin/sessions.ts';
import { type Stage, startStage } from './stage.ts';

const ADA = { who: 'user:ada', role: 'operator' } as const;
const HOUR_MS = 3_600_000;
const MONTH_MS = 30 * 24 * HOUR_MS;

describe('sessions', () => {
  it('tell whoever follows one when it is over, and nobody twice', async () => {
    const clock = fakeClock();
    const sessions = createSessions(clock, HOUR_MS);
    const told: string[] = [];
    const [first, second] = [sessions.begin(ADA), sessions.begin(ADA)];
    sessions.follow(first.secret, () => told.push('signed out'));
    sessions.follow(second.secret, () => told.push('expired'));
    const leave = sessions.follow(second.secret, () => told.push('left'));
    leave();
    sessions.end(first.secret);
    expect(told).toEqual(['signed out']);
    await clock.advance(HOUR_MS - 1);
    expect(sessions.find(second.secret)).toEqual(ADA);
    await clock.advance(1);
    expect(told).toEqual(['signed out', 'expired']);
    expect(sessions.find(second.secret)).toBeUndefined();
    sessions.end(second.secret);
    sessions.follow('nobody', () => told.push('at once'));
    expect(told).toEqual(['signed out', 'expired', 'at once']);
  });

  it('may last longer than a timer can', async () => {
    const clock = fakeClock();
    const sessions = createSessions(clock, MONTH_MS);
    let isOver = false;
    sessions.follow(sessions.begin(ADA).secret, () => (isOver = true));
    for (let day = 1; day < 30; day += 1) await clock.advance(24 * HOUR_MS);
    expect(isOver).toBe(false);
    await clock.advance(24 * HOUR_MS);
    expect(isOver).toBe(true);
  });
});

describe('a live stream of a session', () => {
  const GUARDED = {
    admin: 'tokens: [{ name: me, token: "${V}" }]',
    environment: { V: 'viewer-token-0123456789' },
  };

  async function signIn(stage: Stage): Promise<{ readonly headers: { readonly cookie: string } }> {
    const { headers } = await stage.send('/api/v1/session', { token: GUARDED.environment.V });
    return { headers: { cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' } };
  }

  it('ends with it and says so; that of another goes on', async () => {
    const stage = await startStage(GUARDED);
    const [mine, other] = [await signIn(stage), await signIn(stage)];
    const open = async (who: typeof mine) => {
      const { body } = await fetch(`${stage.url}/api/v1/events/live`, who);
      if (body === null) throw new Error('a stream has a body');
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      onTestFinished(() => reader.cancel());
      await reader.read();
      return reader;
    };
    const [stream, theirs] = [await open(mine), await open(other)];
    await stage.send('/api/v1/session', undefined, { ...mine, method: 'DELETE' });
    let text = '';
    for (let next = await stream.read(); !next.done; next = await stream.read()) text += next.value;
    expect(text).toBe('event: ended\ndata: {"reason":"session"}\n\n');
    await stage.post('a');
    expect((await theirs.read()).value).toContain('event: event');
    const again = await stage.get('/api/v1/events/live', mine);
    expect(again.status).toBe(401);
    expect(again.body).toMatchObject({ message: 'your session has ended: sign in again' });
  });
});
