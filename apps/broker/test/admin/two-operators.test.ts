/* eslint-disable @typescript-eslint/no-unsafe-member-access -- answers are JSON, asserted on as it comes */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { type Answer, PATIENCE, type Stage, startStage } from './stage.ts';

const [ADA, BOB] = ['ada-token-01234567890123', 'bob-token-01234567890123'];

const GUARDED = {
  admin:
    'tokens: [{ name: ada, role: operator, token: "${A}" }, ' +
    '{ name: bob, role: operator, token: "${B}" }]',
  environment: { A: ADA, B: BOB },
};

const by = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** Long enough ago, and long enough to come. */
const EVER = { from: 0, to: 4_102_444_800_000 };

async function withEvents(count: number, options: Parameters<typeof startStage>[0] = GUARDED) {
  const stage = await startStage(options);
  for (let number = 0; number < count; number += 1) await stage.post(`e${String(number)}`);
  return stage;
}

/** The last line of long work. */
const lastLine = ({ text }: Answer): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '');

/** Begins a replay that takes far longer than any test; resolves when it writes. */
async function beginSlowly(stage: Stage, init: RequestInit = by(ADA)) {
  const ended = stage.send('/api/v1/replay', { ...EVER, ratePerSecond: 0.5 }, init);
  // Looked at by the test, and perhaps only after it has failed.
  ended.catch(() => undefined);
  await waitForWork(stage, (work) => work[0]?.progress.kind === 'writing');
  return { ended };
}

interface Work {
  readonly id: number;
  readonly who: string;
  readonly progress: { readonly kind: string; readonly waitingFor?: readonly string[] };
}

async function waitForWork(stage: Stage, is: (work: readonly Work[]) => boolean): Promise<void> {
  const look = async () => is((await stage.get('/api/v1/work', by(BOB))).body.work as Work[]);
  await waitFor(look, { ...PATIENCE, what: 'what is under way' });
}

async function auditOf(stage: Stage): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await readFile(join(stage.data, 'audit.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
}

describe('long work', () => {
  it('is known to everybody, and another operator can stop it', async () => {
    const stage = await withEvents(40);
    const { ended } = await beginSlowly(stage);
    const [work] = (await stage.get('/api/v1/work', by(BOB))).body.work;
    expect(work).toMatchObject({ what: 'POST /api/v1/replay', who: 'token:ada' });
    const refused = await stage.send('/api/v1/replay', { ...EVER, id: 'other' }, by(BOB));
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'VIA_BROKER_REPLAY_UNDER_WAY',
      work: [{ id: work.id, who: 'token:ada' }],
    });
    expect(refused.body.message).toMatch(/token:ada began POST \/api\/v1\/replay at .*stop/);
    const stopped = await stage.send(`/api/v1/work/${String(work.id)}/stop`, undefined, by(BOB));
    expect(stopped.body).toEqual({ id: work.id, stopped: true });
    expect(lastLine(await ended)).toMatchObject({
      kind: 'error',
      problem: { status: 409, code: 'VIA_ADMIN_STOPPED' },
    });
    await waitForWork(stage, (all) => all.length === 0);
    const gone = await stage.send(`/api/v1/work/${String(work.id)}/stop`, undefined, by(BOB));
    expect(gone.status).toBe(404);
    const again = await stage.send('/api/v1/replay', { ...EVER, id: 'other' }, by(BOB));
    expect(lastLine(again)).toMatchObject({ kind: 'done' });
  });

  it('is in the audit log when it begins to change something, and however it ends', async () => {
    const stage = await withEvents(40);
    const leaving = new AbortController();
    const { ended } = await beginSlowly(stage, { ...by(ADA), signal: leaving.signal });
    const statuses = async () => (await auditOf(stage)).map(({ who, status }) => [who, status]);
    const isBegun = async () => (await auditOf(stage)).length === 1;
    await waitFor(isBegun, { ...PATIENCE, what: 'the line of its beginning' });
    expect(await statuses()).toEqual([['token:ada', 102]]);
    leaving.abort();
    await expect(ended).rejects.toThrow();
    const isOver = async () => (await auditOf(stage)).length === 2;
    await waitFor(isOver, { ...PATIENCE, what: 'the line of its end' });
    expect(await statuses()).toEqual([
      ['token:ada', 102],
      ['token:ada', 499],
    ]);
    const [, last] = await auditOf(stage);
    expect(last).toMatchObject({ request: EVER, result: { total: 40 } });
    await waitForWork(stage, (work) => work.length === 0);
    expect(stage.logs.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('of a sink that a reload takes away ends, and says so', async () => {
    const sinks = '  other: { adapter: cloudevents.file, file: ./other.jsonl }';
    const routes = '  - { from: web, to: other }';
    const stage = await withEvents(0, { ...GUARDED, sinks, routes });
    await stage.send('/api/v1/sinks/other/pause', undefined, by(ADA));
    for (let number = 0; number < 200; number += 1) await stage.post(`e${String(number)}`);
    const request = { ...EVER, ratePerSecond: 100_000 };
    const ended = stage.send('/api/v1/replay', request, by(ADA));
    await waitForWork(stage, (work) => work[0]?.progress.waitingFor?.[0] === 'other');
    const text = await readFile(stage.file, 'utf8');
    await writeFile(stage.file, text.replace(sinks, '').replace(routes, ''));
    expect((await stage.send('/api/v1/configuration/reload', undefined, by(BOB))).status).toBe(200);
    expect(lastLine(await ended)).toMatchObject({
      kind: 'error',
      problem: { status: 409, code: 'VIA_ENGINE_REPLAY_SINK_GONE' },
    });
    const rest = lastLine(await stage.send('/api/v1/replay', request, by(ADA)));
    expect(rest).toMatchObject({ kind: 'done', result: { dryRun: false } });
  });
});

describe('two operators at once', () => {
  it('discard each letter once, and each is told how many were his', async () => {
    const stage = await withEvents(0);
    const letter = {
      stage: 'send',
      code: 'VIA_SNMP_REFUSED',
      reason: 'no',
      source: 'web',
    } as const;
    const letters = Array.from({ length: 50 }, () => ({ ...letter, at: 1, attempts: [] }));
    await stage.broker.journal.deadLetters.add(letters);
    const discard = async (token: string) => {
      const body = { letters: { filter: {} }, reason: 'both at once' };
      const answer = await stage.send('/api/v1/dead-letters/discard', body, by(token));
      expect(answer.status).toBe(200);
      return answer.body.discarded as number;
    };
    const discarded = await Promise.all([discard(ADA), discard(BOB)]);
    expect(discarded.reduce((sum, one) => sum + one)).toBe(50);
    expect((await stage.get('/api/v1/dead-letters', by(ADA))).body.letters).toEqual([]);
  });

  it('reload, pause and resume without one undoing half of the other', async () => {
    const stage = await withEvents(0);
    const text = await readFile(stage.file, 'utf8');
    await writeFile(stage.file, text.replace('out.jsonl', 'new.jsonl'));
    const answers = await Promise.all([
      stage.send('/api/v1/configuration/reload', undefined, by(ADA)),
      stage.send('/api/v1/configuration/reload', undefined, by(BOB)),
      stage.send('/api/v1/sinks/out/pause', undefined, by(ADA)),
      stage.send('/api/v1/sinks/out/pause', undefined, by(BOB)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const changed = answers.slice(0, 2).map(({ body }) => (body.sinks.changed as string[]).length);
    expect(changed.toSorted()).toEqual([0, 1]);
    const resumed = await stage.send('/api/v1/sinks/out/resume', undefined, by(BOB));
    expect(resumed.status).toBe(200);
    await stage.post('after');
    const isThere = async () =>
      (await readFile(join(stage.folder, 'new.jsonl'), 'utf8')).split('\n').length === 2;
    await waitFor(isThere, { ...PATIENCE, what: 'the event in the new file' });
  });
});
