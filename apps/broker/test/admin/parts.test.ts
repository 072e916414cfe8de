import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DELIVERED, SENT, type Outcome } from '@viaduct/core';
import type { Claimed, Entry } from '@viaduct/journal';
import type { EngineStatus } from '@viaduct/engine';
import { collectLogs, fakeClock } from '@viaduct/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuditLog } from '../../src/admin/audit-log.ts';
import { createFlowCounts } from '../../src/admin/flow-counts.ts';
import { createLatencyBook, percentilesOf } from '../../src/admin/latencies.ts';
import { createPace } from '../../src/admin/pace.ts';
import { createRecentDeliveries } from '../../src/admin/recent-deliveries.ts';
import { createSessions } from '../../src/admin/sessions.ts';
import { socketPath } from '../../src/admin/listen.ts';
import { redactFile } from '../../src/config/redact-file.ts';
import { ADAPTERS } from '../../src/adapters.ts';

function claimed(position: number, appendedAt: number, attempt = 1): Claimed {
  return { entry: { position, appendedAt }, attempt, attempts: [] } as unknown as Claimed;
}

const REFUSED: Outcome = { kind: 'refused', code: 'VIA_TEST_REFUSED', message: 'no' };

describe('recent deliveries', () => {
  it('tell each attempt of an event, and forget the oldest', () => {
    const clock = fakeClock();
    const recent = createRecentDeliveries(clock);
    const at = clock.now();
    recent.add('a', [claimed(1, at - 30), claimed(2, at - 20)], [REFUSED, SENT]);
    recent.add('b', [claimed(1, at - 30)], [DELIVERED]);
    recent.add('a', [claimed(1, at - 30, 2)], [DELIVERED]);
    expect(recent.of(1)).toEqual([
      {
        sink: 'a',
        at,
        outcome: 'refused',
        attempt: 1,
        latencyMs: 30,
        code: 'VIA_TEST_REFUSED',
        message: 'no',
      },
      { sink: 'b', at, outcome: 'delivered', attempt: 1, latencyMs: 30 },
      { sink: 'a', at, outcome: 'delivered', attempt: 2, latencyMs: 30 },
    ]);
    const batch = Array.from({ length: 65_536 }, (_, index) => claimed(index + 10, at));
    recent.add(
      'a',
      batch,
      batch.map(() => SENT),
    );
    expect(recent.of(1)).toEqual([]);
    expect(recent.of(10)).toHaveLength(1);
  });
});

describe('latencies', () => {
  it('are counted in buckets, of what arrived alone', () => {
    const clock = fakeClock();
    const book = createLatencyBook(clock);
    const at = clock.now();
    book.add('a', [claimed(1, at - 1), claimed(2, at - 7)], [DELIVERED, SENT]);
    const earlier = book.histograms().get('a');
    book.add('a', [claimed(3, at - 400), claimed(4, at)], [DELIVERED, REFUSED]);
    book.add('a', [claimed(5, at - 9_000_000), claimed(6, at + 50)], [SENT, SENT]);
    const later = book.histograms().get('a');
    if (later === undefined || earlier === undefined) throw new Error('a histogram of the sink');
    expect(later.counts.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(later.counts.at(-1)).toBe(1);
    expect(percentilesOf(earlier)).toEqual({ p50Ms: 1, p95Ms: 10, p99Ms: 10 });
    expect(percentilesOf(later, earlier)).toEqual({
      p50Ms: 500,
      p95Ms: 7_200_000,
      p99Ms: 7_200_000,
    });
    expect(percentilesOf(later, later)).toBeUndefined();
  });
});

describe('the pace', () => {
  it('is that of the last ten seconds, and never negative', async () => {
    const clock = fakeClock();
    let appended = 0;
    const status = () =>
      ({
        sources: [{ name: 's', counters: { deliveries: appended, appended, deadLetters: 0 } }],
        sinks: [
          {
            name: 'k',
            counters: { sent: appended, delivered: 0, refused: 0 },
            lag: { pending: appended },
          },
        ],
      }) as unknown as EngineStatus;
    const look = () => ({ status: status(), flows: [], latencies: new Map() });
    const pace = createPace(clock, look, async () => ({ bytes: 7, diskFreeBytes: 9 }));
    expect(pace.rates().sources.get('s')).toEqual({ received: 0, appended: 0, deadLetters: 0 });
    for (let step = 0; step < 10; step += 1) {
      appended += 100;
      await clock.advance(2_000);
    }
    expect(pace.rates().sources.get('s')).toEqual({ received: 50, appended: 50, deadLetters: 0 });
    expect(pace.rates().sinks.get('k')).toEqual({ out: 50, sent: 50, delivered: 0, refused: 0 });
    appended = 0;
    await clock.advance(2_000);
    expect(pace.rates().sources.get('s')?.appended).toBe(0);
    expect(pace.course().length).toBe(2);
    expect(pace.course()[0]).toMatchObject({
      sinks: { k: { outPerSecond: 50 } },
      journal: { bytes: 7, diskFreeBytes: 9 },
    });
    pace.close();
  });
});

describe('ways', () => {
  it('are counted for what was stored, not for duplicates', () => {
    const flows = createFlowCounts();
    const entry = { targets: ['x', 'y'] } as unknown as Entry;
    flows.add(
      'a',
      [entry, entry],
      [{ kind: 'duplicate' }, { kind: 'appended', position: 1 as never }],
    );
    flows.add('a', [entry], [{ kind: 'appended', position: 2 as never }]);
    expect(flows.list()).toEqual([
      { source: 'a', sink: 'x', events: 2 },
      { source: 'a', sink: 'y', events: 2 },
    ]);
  });
});

describe('sessions', () => {
  it('end with their time, when told, and when there are too many', async () => {
    const clock = fakeClock();
    const sessions = createSessions(clock, 60_000);
    const ada = { who: 'user:ada', role: 'viewer' } as const;
    const { secret, expiresAt } = sessions.begin(ada);
    expect(expiresAt).toBe(clock.now() + 60_000);
    expect(sessions.find(secret)).toBe(ada);
    expect(sessions.find(`${secret}x`)).toBeUndefined();
    await clock.advance(60_000);
    expect(sessions.find(secret)).toBeUndefined();
    const second = sessions.begin(ada);
    sessions.end(second.secret);
    expect(sessions.find(second.secret)).toBeUndefined();
    const first = sessions.begin(ada);
    for (let count = 0; count < 1_000; count += 1) sessions.begin(ada);
    expect(sessions.find(first.secret)).toBeUndefined();
  });
});

describe('the audit log', () => {
  it('is bounded by rotation', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'viaduct-audit-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const log = createAuditLog(folder, fakeClock(), collectLogs());
    const request = { reason: 'x'.repeat(100_000) };
    const record = { who: 'a', from: 'b', what: 'c', request, status: 200 };
    for (let count = 0; count < 300; count += 1) log.write(record);
    await log.close();
    const names = (await readdir(folder)).toSorted();
    expect(names).toEqual(['', '.1', '.2', '.3', '.4'].map((suffix) => `audit.jsonl${suffix}`));
    for (const name of names) {
      expect((await stat(join(folder, name))).size).toBeLessThan(4.2 * 1024 * 1024);
    }
    const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8')).trimEnd().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject(record);
  });

  it('says once that it cannot write, and stops nobody', async () => {
    const logs = collectLogs();
    const log = createAuditLog('/nowhere/at/all', fakeClock(), logs);
    for (let count = 0; count < 3; count += 1) {
      log.write({ who: 'a', from: 'b', what: 'c', status: 200 });
    }
    await log.close();
    const told = logs.lines.filter(({ level }) => level === 'error');
    expect(told).toMatchObject([{ fields: { code: 'VIA_ADMIN_AUDIT' } }]);
  });
});

describe('a configuration for people', () => {
  it('keeps its text and comments, and loses its secrets wherever they stand', async () => {
    const text = `
# the password of the bus is hunter2-of-the-bus
broker:
  admin:
    tokens: [{ name: a, token: "token-token-token-token" }, { name: b, token: '\${T:-fallback-secret}' }]
    users: [{ name: c, password: "\${P}" }]
sources:
  nova: { adapter: oslo, url: &bus "amqp://u:hunter2-of-the-bus@h/", pasword: misspelt-secret }
  web:
    adapter: cloudevents.http
    token: |
      a secret
      of two lines
  odd: { adapter: unheard-of, key: anything }
sinks:
  out: { adapter: oslo, url: *bus, topic: kept }
routes: [{ from: nova, to: out, match: { kind: compute } }]
`;
    const shown = (await redactFile(text, ADAPTERS)) ?? '';
    for (const secret of [
      'hunter2',
      'token-token',
      'fallback',
      'misspelt-secret',
      'a secret',
      'two lines',
      'anything',
    ]) {
      expect(shown).not.toContain(secret);
    }
    for (const kept of ['# the password', '${P}', '${T:-***}', 'amqp://u:***@h/', 'topic: kept']) {
      expect(shown).toContain(kept);
    }
    expect(shown.split('\n')).toHaveLength(text.split('\n').length);
    expect(await redactFile('a: [', ADAPTERS)).toBeUndefined();
    expect(await redactFile('just text', ADAPTERS)).toBeUndefined();
  });
});

describe('the socket', () => {
  it('is named the shorter way, or not at all', () => {
    expect(socketPath(join(process.cwd(), 'data'))).toBe('data/admin.sock');
    expect(socketPath('/var/lib/viaduct')).toBe('/var/lib/viaduct/admin.sock');
    expect(socketPath(`/${'long/'.repeat(20)}`)).toBeUndefined();
  });
});
