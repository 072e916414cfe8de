/**
 * Run by hand, see `fixtures/PROVENANCE.md`: writes a data folder with something of everything, and
 * what was in it, as the journal itself said, to a JSON file beside it.
 */
import { writeFileSync } from 'node:fs';
import type { Clock } from '@viaduct/core';
import type { Position, StoredEntry } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { claimIfAny, entryNamed, letterFor } from '../src/contract/contract-bench.ts';

const HOUR_MS = 3_600_000;

const [folder = '', end = ''] = process.argv.slice(2);
let now = Date.UTC(2026, 0, 1);
const clock: Clock = {
  now: () => now,
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, Math.min(delayMs, 20)).unref();
    return () => clearTimeout(timer);
  },
};
// Small, so that segments roll, the oldest are dropped, and heads are parked.
const sizes = { segmentBytes: 100_000, retentionBytes: 700_000, spanMax: 16 };
const options = { clock, folder, ...sizes, whenFull: 'drop', maintenanceMs: HOUR_MS } as const;
const journal = await openJournal(options);
await journal.subscribe('slow', 'start');
const nms = await journal.subscribe('nms', 'start');
await journal.subscribe('bus', 'start');
await journal.subscribe('gone', 'start');
await journal.retire('gone');

for (let n = 1; n <= 60; n += 1) {
  now += 1000;
  const native = { dialect: 'test', text: `<${n}>`.repeat(3000), redactions: [] };
  const targets = ['slow', 'nms', 'bus', 'gone'].slice(0, 1 + (n % 4));
  const one = entryNamed(`e${n}`, targets, { native, dedupe: `k${n}` });
  await journal.append([one, entryNamed(`f${n}`, ['nms', 'bus'])]);
  if (n % 3 === 0) await deliver();
}
await journal.checkpoints.save('trackers/one', 5 as Position, { seen: [1, 2, 3] });
const native = { dialect: 'test', text: 'ünlesbar', redactions: [] };
const undecodable = { stage: 'decode', reason: 'no XML', at: now, native } as const;
await journal.deadLetters.add([letterFor('bus', undecodable)]);
writeFileSync(`${folder}.json`, `${JSON.stringify(await content(), null, 1)}\n`);
if (end === 'killed') process.kill(process.pid, 'SIGKILL');
await journal.close();

/** Of four entries the first is refused, the second given up, the others are done. */
async function deliver(): Promise<void> {
  const claimed = await claimIfAny(nms, 4);
  const [first, second, ...rest] = claimed.map(({ entry }) => entry.position);
  if (first !== undefined) {
    const refusal = { at: now, code: 'VIA_CORE_EVENT_INVALID', message: `no ${first}` } as const;
    await nms.park(first, now + HOUR_MS, refusal);
  }
  if (second !== undefined) {
    await nms.bury(second, letterFor('nms', { reason: `refused ${second}`, at: now }));
  }
  await nms.settle(rest);
}

async function content(): Promise<object> {
  const all: StoredEntry[] = [];
  for (let page = await journal.read(undefined, 50); page.length > 0;) {
    all.push(...page);
    page = await journal.read(page.at(-1)?.position, 50);
  }
  const { first, last, subscriptions, gaps } = await journal.stats();
  const lags = Object.entries(subscriptions).map(([name, lag]) => [name, { ...lag, claimed: 0 }]);
  return {
    brokerId: journal.brokerId,
    now,
    entries: all.map(({ position, event, appendedAt }) => [position, event.id, appendedAt]),
    first,
    last,
    subscriptions: Object.fromEntries(lags) as object,
    names: await journal.subscriptions(),
    gaps,
    letters: await journal.deadLetters.list({}, 1000),
    checkpoint: await journal.checkpoints.load('trackers/one'),
  };
}
