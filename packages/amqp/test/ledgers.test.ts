import { describe, expect, test } from 'vitest';

import type { AmqpMessage } from '../src/message.ts';
import { DELIVERY_OVERHEAD_BYTES, DeliveryLedger } from '../src/receive/delivery-ledger.ts';
import { ConfirmLedger, type Verdict } from '../src/send/confirm-ledger.ts';

describe('the ledger of deliveries', () => {
  function ledgerOf(count: number) {
    const ledger = new DeliveryLedger();
    const entries = Array.from({ length: count }, (_, index) => ledger.open(index + 1, 10));
    return { ledger, entries };
  }

  test('acknowledges a run of deliveries with one frame', () => {
    const { ledger, entries } = ledgerOf(5);
    for (const entry of entries.slice(0, 3).reverse()) ledger.ack(entry);
    expect(ledger.takeAcks()).toEqual([{ tag: 3, multiple: true }]);
    expect(ledger.takeAcks()).toEqual([]);
    expect(ledger.count).toBe(2);
  });

  test('acknowledges one by one beyond the first open delivery', () => {
    const { ledger, entries } = ledgerOf(5);
    for (const index of [4, 2, 0]) ledger.ack(entries[index]!);
    expect(ledger.takeAcks()).toEqual([
      { tag: 1, multiple: false },
      { tag: 5, multiple: false },
      { tag: 3, multiple: false },
    ]);
    ledger.ack(entries[1]!);
    ledger.ack(entries[3]!);
    expect(ledger.takeAcks()).toEqual([{ tag: 4, multiple: true }]);
  });

  test('never acknowledges what was rejected', () => {
    const { ledger, entries } = ledgerOf(3);
    ledger.reject(entries[2]!);
    ledger.ack(entries[0]!);
    ledger.ack(entries[1]!);
    expect(ledger.ack(entries[2]!)).toBe(false);
    expect(ledger.takeAcks()).toEqual([{ tag: 2, multiple: true }]);
  });

  test('settles each delivery once, and counts its bytes until then', () => {
    const { ledger, entries } = ledgerOf(2);
    expect(ledger.bytes).toBe(2 * (10 + DELIVERY_OVERHEAD_BYTES));
    expect(ledger.ack(entries[0]!)).toBe(true);
    expect(ledger.ack(entries[0]!)).toBe(false);
    expect(ledger.reject(entries[0]!)).toBe(false);
    expect(ledger.bytes).toBe(10 + DELIVERY_OVERHEAD_BYTES);
  });

  test('does not grow behind a delivery that stays open', () => {
    const ledger = new DeliveryLedger();
    const first = ledger.open(1, 0);
    for (let tag = 2; tag <= 10_000; tag += 1) {
      ledger.ack(ledger.open(tag, 0));
      expect(ledger.takeAcks()).toEqual([{ tag, multiple: false }]);
    }
    expect(ledger.count).toBe(1);
    expect(ledger.heldEntries).toBeLessThan(3_000);
    ledger.ack(first);
    expect(ledger.takeAcks()).toEqual([{ tag: 1, multiple: false }]);
  });
});

describe('the ledger of confirms', () => {
  const message = (routingKey: string, text = 'body'): AmqpMessage => ({
    exchange: 'x',
    routingKey,
    properties: {},
    body: Buffer.from(text),
  });

  function ledgerOf(...messages: AmqpMessage[]) {
    const ledger = new ConfirmLedger();
    const verdicts: (Verdict['kind'] | undefined)[] = messages.map(() => undefined);
    const judged = {
      settle(index: number, verdict: Verdict) {
        expect(verdicts[index]).toBeUndefined();
        verdicts[index] = verdict.kind;
      },
    };
    for (const [index, one] of messages.entries()) ledger.add(one, judged, index);
    return { ledger, verdicts };
  }

  test('confirms one, or all up to one', () => {
    const { ledger, verdicts } = ledgerOf(...['a', 'b', 'c', 'd'].map((key) => message(key)));
    ledger.confirm(2, false, true);
    expect(verdicts).toEqual([undefined, 'confirmed', undefined, undefined]);
    ledger.confirm(3, true, false);
    expect(verdicts).toEqual(['nacked', 'confirmed', 'nacked', undefined]);
    expect(ledger.count).toBe(1);
    ledger.confirm(4, true, true);
    expect([ledger.count, ledger.bytes]).toEqual([0, 0]);
  });

  test('knows a returned message again by its content', () => {
    const { ledger, verdicts } = ledgerOf(message('a', '1'), message('b', '2'), message('b', '3'));
    expect(ledger.returned('x', 'b', Buffer.from('3'), 'NO_ROUTE')).toBe(true);
    ledger.confirm(3, true, true);
    expect(verdicts).toEqual(['confirmed', 'confirmed', 'returned']);
  });

  test('tells equal messages that were returned apart', () => {
    const { ledger, verdicts } = ledgerOf(message('a'), message('a'), message('b'), message('a'));
    expect(ledger.returned('x', 'a', Buffer.from('body'), 'NO_ROUTE')).toBe(true);
    expect(ledger.returned('x', 'a', Buffer.from('body'), 'NO_ROUTE')).toBe(true);
    expect(ledger.returned('x', 'a', Buffer.from('body'), 'NO_ROUTE')).toBe(true);
    expect(ledger.returned('x', 'a', Buffer.from('body'), 'NO_ROUTE')).toBe(false);
    ledger.confirm(4, true, true);
    expect(verdicts).toEqual(['returned', 'returned', 'confirmed', 'returned']);
  });

  test('goes on counting after a hundred thousand messages', () => {
    const ledger = new ConfirmLedger();
    let settled = 0;
    const judged = { settle: () => (settled += 1) };
    for (let tag = 1; tag <= 100_000; tag += 1) {
      ledger.add(message('a'), judged, tag);
      if (tag % 7 === 0) ledger.confirm(tag, true, true);
      else if (tag % 3 === 0) ledger.confirm(tag, false, true);
    }
    ledger.confirm(100_000, true, true);
    expect([settled, ledger.count, ledger.bytes]).toEqual([100_000, 0, 0]);
  });

  test('forgets everything with its channel', () => {
    const { ledger, verdicts } = ledgerOf(message('a'), message('b'));
    ledger.clear();
    ledger.confirm(2, true, true);
    expect(verdicts).toEqual([undefined, undefined]);
    expect(ledger.count).toBe(0);
  });
});
