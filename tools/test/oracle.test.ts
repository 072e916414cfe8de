import { describe, expect, it } from 'vitest';
import { fingerprint } from '../oracle/fingerprint.ts';
import type { HistoryRecord, SinkTerms } from '../oracle/history.ts';
import { EXAMPLES_MAX, judge, type Verdict } from '../oracle/judge.ts';
import { Ledger } from '../oracle/ledger.ts';
import { judgeSeries } from '../oracle/series.ts';
import { verdictText } from '../oracle/verdict-text.ts';

const BUS: SinkTerms = { confirmed: true, ordered: true, duplicatesMax: 2 };

/** A ledger with the sink `bus`, a delivered event, and one delivered after the last fault. */
function goodLedger(terms: Readonly<Record<string, SinkTerms>> = { bus: BUS }): Ledger {
  const ledger = new Ledger();
  ledger.agree(terms);
  deliver(ledger, 'a');
  ledger.healed();
  deliver(ledger, 'fresh');
  return ledger;
}

function issue(ledger: Ledger, id: string, key = id, sinks: readonly string[] = ['bus']): void {
  ledger.issue({ id, key, owed: Object.fromEntries(sinks.map((sink) => [sink, `of ${id}`])) });
}

function accept(ledger: Ledger, id: string, key = id, sinks: readonly string[] = ['bus']): void {
  issue(ledger, id, key, sinks);
  ledger.acknowledge(id);
}

function arrive(ledger: Ledger, id: string, sink = 'bus'): void {
  ledger.arrive(sink, id, `of ${id}`);
}

function deliver(ledger: Ledger, id: string): void {
  accept(ledger, id);
  arrive(ledger, id);
}

/** What is wrong, as `kind sink id`. */
function findings({ violations }: Verdict): readonly string[] {
  return violations.map(({ kind, sink, id }) => [kind, sink, id].join(' ').trim());
}

describe('the judge finds nothing wrong', () => {
  it('where everything that was acknowledged arrived', () => {
    const verdict = goodLedger().judge();
    expect(verdict.violations).toEqual([]);
    expect(verdict.total).toMatchObject({ obligations: 2, arrived: 2, lost: 0, fresh: 1 });
    expect(verdictText(verdict)).toBe(
      'bus: 2 obligations, 2 arrived, 0 lost, 0 strangers, 0 duplicates of at most 0\n' +
        '0 disruptions; the promise was kept',
    );
  });

  it('where an event that nobody acknowledged is missing, or is there', () => {
    const ledger = goodLedger();
    issue(ledger, 'never answered, never kept');
    issue(ledger, 'kept, the answer lost');
    arrive(ledger, 'kept, the answer lost');
    expect(ledger.judge().violations).toEqual([]);
  });

  it('where an arrival is written down before its acknowledgement', () => {
    const ledger = goodLedger();
    issue(ledger, 'quick');
    arrive(ledger, 'quick');
    ledger.acknowledge('quick');
    expect(ledger.open(['bus'])).toBe(0);
    expect(ledger.judge().violations).toEqual([]);
  });

  it('where duplicates stay within what the disruptions allow', () => {
    const ledger = goodLedger();
    ledger.disrupt('kill -9', ['bus']);
    arrive(ledger, 'a');
    arrive(ledger, 'a');
    const verdict = ledger.judge();
    expect(verdict.violations).toEqual([]);
    expect(verdict.total).toMatchObject({ duplicates: 2, duplicatesBound: 2 });
  });

  it('where a sink begins again at an earlier event of a key and goes on in order', () => {
    const ledger = goodLedger();
    ledger.disrupt('kill -9', ['bus']);
    for (const id of ['k1', 'k2', 'k3']) accept(ledger, id, 'k');
    for (const id of ['k1', 'k2', 'k1', 'k2', 'k3']) arrive(ledger, id);
    expect(ledger.judge().violations).toEqual([]);
  });

  it('where an event is missing at a sink that nobody confirms: it is counted', () => {
    const ledger = goodLedger({ bus: BUS, traps: { ...BUS, confirmed: false } });
    accept(ledger, 'both', 'both', ['bus', 'traps']);
    arrive(ledger, 'both');
    accept(ledger, 'also', 'also', ['bus', 'traps']);
    arrive(ledger, 'also');
    arrive(ledger, 'also', 'traps');
    const { sinks, violations } = ledger.judge();
    expect(sinks.traps).toMatchObject({ obligations: 2, lost: 0, unconfirmed: 1 });
    expect(violations).toEqual([]);
  });

  it('where a dead letter that the terms allow stands for the event', () => {
    const ledger = goodLedger({ bus: { ...BUS, buriedMax: 1 } });
    accept(ledger, 'refused');
    ledger.bury('bus', 'refused');
    expect(ledger.open(['bus'])).toBe(0);
    expect(ledger.judge().violations).toEqual([]);
  });
});

describe('the judge finds', () => {
  it('an event that was acknowledged and lost', () => {
    const ledger = goodLedger();
    accept(ledger, 'gone');
    expect(ledger.open(['bus'])).toBe(1);
    expect(findings(ledger.judge())).toEqual(['lost bus gone']);
  });

  it('an event that arrived at one of its sinks and not at the other', () => {
    const ledger = goodLedger({ bus: BUS, web: BUS });
    accept(ledger, 'half', 'half', ['bus', 'web']);
    arrive(ledger, 'half');
    accept(ledger, 'whole', 'whole', ['web']);
    arrive(ledger, 'whole', 'web');
    expect(findings(ledger.judge())).toEqual(['lost web half']);
  });

  it('a stranger that nobody issued', () => {
    const ledger = goodLedger();
    arrive(ledger, 'from nowhere');
    expect(findings(ledger.judge())).toEqual(['stranger bus from nowhere']);
  });

  it('an event at a sink that it is not owed to', () => {
    const ledger = goodLedger({ bus: BUS, web: BUS });
    accept(ledger, 'web only', 'w', ['web']);
    arrive(ledger, 'web only', 'web');
    arrive(ledger, 'web only', 'bus');
    expect(findings(ledger.judge())).toEqual(['stranger bus web only']);
  });

  it('a content that was altered on the way', () => {
    const ledger = goodLedger();
    accept(ledger, 'b');
    ledger.arrive('bus', 'b', 'of b, but for a letter');
    expect(findings(ledger.judge())).toEqual(['altered bus b']);
  });

  it('an event that first arrives after a later one of its key', () => {
    const ledger = goodLedger();
    for (const id of ['k1', 'k2']) accept(ledger, id, 'k');
    arrive(ledger, 'k2');
    arrive(ledger, 'k1');
    expect(findings(ledger.judge())).toEqual(['reordered bus k1']);
  });

  it('more duplicates than the disruptions of that sink allow', () => {
    const ledger = goodLedger({ bus: BUS, web: BUS });
    accept(ledger, 'w', 'w', ['web']);
    arrive(ledger, 'w', 'web');
    ledger.disrupt('the connection of web', ['web']);
    for (let count = 0; count < 3; count += 1) arrive(ledger, 'w', 'web');
    arrive(ledger, 'a', 'bus');
    expect(findings(ledger.judge())).toEqual(['duplicated bus', 'duplicated web']);
  });

  it('a dead letter that nothing excuses', () => {
    const ledger = goodLedger();
    accept(ledger, 'buried');
    ledger.bury('bus', 'buried');
    expect(findings(ledger.judge())).toEqual(['buried bus']);
  });

  it('a sink that nothing fresh reached, or that was owed nothing fresh at all', () => {
    const ledger = goodLedger();
    accept(ledger, 'stuck');
    expect(verdictText(ledger.judge())).toContain(
      'lost: bus stuck was acknowledged, issued after the last fault, and never arrived',
    );
    const idle = new Ledger();
    idle.agree({ bus: BUS });
    deliver(idle, 'a');
    expect(findings(idle.judge())).toEqual(['empty bus']);
  });

  it('a history without obligations, and a sink without terms', () => {
    expect(findings(judge([{ record: 'terms', sinks: { bus: BUS } }]))).toEqual(['empty bus']);
    const ledger = goodLedger({});
    expect(findings(ledger.judge())).toEqual(['empty bus']);
  });

  it('an acknowledgement of something that nobody issued', () => {
    const ledger = goodLedger();
    ledger.acknowledge('whose?');
    expect(findings(ledger.judge())).toEqual(['stranger  whose?']);
  });

  it('thousands of the same, counts them all and lists a few', () => {
    const ledger = goodLedger();
    for (let index = 0; index < 5_000; index += 1) accept(ledger, `lost ${index}`);
    const { total, violations } = ledger.judge();
    expect(total.lost).toBe(5_000);
    expect(violations).toHaveLength(EXAMPLES_MAX);
  });
});

describe('a series of repetitions', () => {
  it('adds up its figures', () => {
    const series = judgeSeries([goodLedger().judge(), goodLedger().judge()], false);
    expect(series).toMatchObject({ repetitions: 2, total: { obligations: 4 }, violations: [] });
  });

  it('fails when kills made no duplicate: it saw none and has proven nothing', () => {
    const killed = goodLedger();
    killed.disrupt('kill -9', ['bus']);
    const series = judgeSeries([killed.judge()], true);
    expect(series.violations).toMatchObject([
      { kind: 'empty', text: expect.stringMatching(/^saw none/) as string },
    ]);
    arrive(killed, 'a');
    expect(judgeSeries([killed.judge(), goodLedger().judge()], true).violations).toEqual([]);
  });
});

describe('a history in a file', () => {
  it('is judged as it was in memory', () => {
    const ledger = goodLedger();
    accept(ledger, 'gone');
    const lines = ledger.history.map((record) => JSON.stringify(record));
    const read = lines.map((line) => JSON.parse(line) as HistoryRecord);
    expect(judge(read)).toEqual(ledger.judge());
  });
});

describe('a fingerprint', () => {
  it('is equal for equal JSON values, whatever the order of members', () => {
    expect(fingerprint({ a: 1, b: [null, 'ü'] })).toBe(fingerprint({ b: [null, 'ü'], a: 1 }));
    expect(fingerprint({ a: 1 })).not.toBe(fingerprint({ a: '1' }));
    expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
  });
});
