import {
  TransportError,
  type AdapterContext,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';
import { describe, expect } from 'vitest';

import {
  AT_ONCE_MS,
  CONTRACT_IN_FLIGHT,
  contractCase,
  labels,
  PEER_MS,
  type Skips,
} from './contract-cases.ts';
import { connect, connectionCases, type ConnectionCase } from './connection-cases.ts';
import { waitFor, within } from './wait-for.ts';
import { LISTENERS_MAX, watchedSignal } from './watched-signal.ts';

/** A real peer for one case, and sinks that talk to it. */
export interface SinkPeer<Native> {
  /** A new sink of this peer. */
  create(context: AdapterContext): Sink<Native>;
  /**
   * A sink that cannot connect for a while: its peer accepts and says nothing. Missing where
   * `connect` waits for nobody (a sink that only binds).
   */
  createUnanswered?(context: AdapterContext): Sink<Native>;
  /** An event with a native message for each label. */
  parcel(labels: readonly string[]): Parcel<Native>;
  /**
   * Resolves when what a connected sink sends reaches the peer's reader (a subscription has
   * arrived). Called after every `connect`.
   */
  ready(): Promise<void>;
  /** The labels of the native messages that the peer received so far, in order. */
  received(): Promise<readonly string[]>;
  /** Stops the peer and starts it again at the same address. What it received is kept. */
  restart(): Promise<void>;
  /** Stops the peer for good. */
  stop(): Promise<void>;
  /** Ends the peer and everything `create…` needed. Sinks may be open still. */
  close(): Promise<void>;
}

/** What {@link sinkContract} is given. */
export interface SinkContractSetup<Native> {
  readonly name: string;
  /** The ones that the adapter declares. */
  readonly capabilities: SinkCapabilities;
  /** Called once a case. */
  open(): Promise<SinkPeer<Native>>;
  readonly skips?: Skips<SinkCase>;
}

/** The cases of the contract, by name. */
export type SinkCase =
  | ConnectionCase
  | 'opens again after it was closed'
  | 'sends parcels in order, one outcome for each'
  | 'keeps the natives of a parcel together and in order'
  | 'listens to the signal of a send a few times, and no longer than it lasts'
  | 'takes an empty list'
  | 'has no connection before connect and after close'
  | 'returns at once when aborted, an outcome for each parcel'
  | 'works again after the peer restarted'
  | 'says that the connection was lost'
  | 'holds 1,000 parcels in flight';

/**
 * The contract of every sink, run against a real peer: one call in the adapter's tests. After each
 * case no socket, server or timer may be left behind.
 */
export function sinkContract<Native>(setup: SinkContractSetup<Native>): void {
  describe(`sink contract: ${setup.name}`, () => {
    connectionCases(setup);
    reopeningCase(setup);
    sendCases(setup);
    edgeCases(setup);
    faultCases(setup);
  });
}

function reopeningCase<Native>(setup: SinkContractSetup<Native>): void {
  contractCase('opens again after it was closed', setup, async (peer, context) => {
    const sink = peer.create(context);
    await connect(sink);
    await sink.close();
    await withSink(peer, sink, async () => {
      await sendAll(setup, sink, peer, ['again']);
      await expectReceived(peer, ['again']);
    });
  });
}

function sendCases<Native>(setup: SinkContractSetup<Native>): void {
  const { capabilities } = setup;

  contractCase('sends parcels in order, one outcome for each', setup, async (peer, context) => {
    await withSink(peer, peer.create(context), async (sink) => {
      const sent = labels('order', 50);
      await sendAll(setup, sink, peer, sent);
      await expectReceived(peer, sent, capabilities.ordering);
    });
  });

  contractCase(
    'keeps the natives of a parcel together and in order',
    setup,
    async (peer, context) => {
      await withSink(peer, peer.create(context), async (sink) => {
        const groups = [['a-0', 'a-1', 'a-2'], ['b-0'], ['c-0', 'c-1']];
        const outcomes: Outcome[] = [];
        for (const group of batches(groups, capabilities.batchMax)) {
          const parcels = group.map((natives) => peer.parcel(natives));
          outcomes.push(...(await sink.send(parcels, neverAborted())));
        }
        expectSuccess(outcomes, groups.length, capabilities);
        await expectReceived(peer, groups.flat(), capabilities.ordering);
      });
    },
  );

  contractCase(
    'listens to the signal of a send a few times, and no longer than it lasts',
    setup,
    async (peer, context) => {
      await withSink(peer, peer.create(context), async (sink) => {
        const count = Math.min(capabilities.batchMax, 2 * LISTENERS_MAX);
        const sent = labels('heard', count);
        const { signal, listening, most } = watchedSignal();
        const sending = sink.send(
          sent.map((label) => peer.parcel([label])),
          signal,
        );
        expectSuccess(await within(sending, PEER_MS, 'send'), count, capabilities);
        expect({ listening: listening(), most: Math.max(most(), LISTENERS_MAX) }).toEqual({
          listening: 0,
          most: LISTENERS_MAX,
        });
      });
    },
  );

  contractCase('holds 1,000 parcels in flight', setup, async (peer, context) => {
    await withSink(peer, peer.create(context), async (sink) => {
      const sent = labels('flight', CONTRACT_IN_FLIGHT);
      const waiting = batches(sent, capabilities.batchMax);
      const lane = async (): Promise<void> => {
        for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
          await sendAll(setup, sink, peer, batch);
        }
      };
      await Promise.all(Array.from({ length: capabilities.concurrencyMax }, lane));
      await expectReceived(peer, sent, 'none');
    });
  });
}

function edgeCases<Native>(setup: SinkContractSetup<Native>): void {
  contractCase('takes an empty list', setup, async (peer, context) => {
    await withSink(peer, peer.create(context), async (sink) => {
      expect(await within(sink.send([], neverAborted()), AT_ONCE_MS, 'send')).toEqual([]);
    });
  });

  contractCase('has no connection before connect and after close', setup, async (peer, context) => {
    const sink = peer.create(context);
    const parcels = [peer.parcel(['nowhere'])];
    await expectUnavailable(sink.send(parcels, neverAborted()), 1);
    await connect(sink);
    await sink.close();
    await expectUnavailable(sink.send(parcels, neverAborted()), 1);
  });

  contractCase(
    'returns at once when aborted, an outcome for each parcel',
    setup,
    async (peer, context) => {
      await withSink(peer, peer.create(context), async (sink) => {
        const count = Math.min(10, setup.capabilities.batchMax);
        const parcels = labels('aborted', count).map((label) => peer.parcel([label]));
        const abort = new AbortController();
        const sending = sink.send(parcels, abort.signal);
        abort.abort();
        const outcomes = await within(sending, AT_ONCE_MS, 'an aborted send');
        expect(outcomes).toHaveLength(count);
        for (const { kind } of outcomes) {
          expect(['unavailable', successOf(setup.capabilities)]).toContain(kind);
        }
      });
    },
  );
}

function faultCases<Native>(setup: SinkContractSetup<Native>): void {
  contractCase('works again after the peer restarted', setup, async (peer, context) => {
    await withSink(peer, peer.create(context), async (sink) => {
      await sendAll(setup, sink, peer, ['before']);
      await expectReceived(peer, ['before']);
      await peer.restart();
      let attempt = 0;
      const confirmed: string[] = [];
      await waitFor(
        async () => {
          attempt += 1;
          const label = `after-${attempt}`;
          const success = await sendOrReconnect(setup, sink, peer, label);
          if (!success) return false;
          if (setup.capabilities.confirmation === 'peer') confirmed.push(label);
          const arrived = async (): Promise<boolean> => (await peer.received()).includes(label);
          await waitFor(arrived, { timeoutMs: 2_000 });
          return true;
        },
        { timeoutMs: 2 * PEER_MS, what: 'a parcel that arrives after the restart' },
      );
      expect(await peer.received()).toEqual(expect.arrayContaining(confirmed));
    });
  });

  contractCase('says that the connection was lost', setup, async (peer, context) => {
    await withSink(peer, peer.create(context), async (sink) => {
      if (!sink.lost) throw new Error('the sink has no lost(): skip this case with the reason');
      const lost = sink.lost();
      await peer.stop();
      expect(await within(lost, PEER_MS, 'lost()')).toBeInstanceOf(Error);
    });
  });
}

/** One attempt to send `label`; after a failure the connection is made anew, as the engine does. */
async function sendOrReconnect<Native>(
  setup: SinkContractSetup<Native>,
  sink: Sink<Native>,
  peer: SinkPeer<Native>,
  label: string,
): Promise<boolean> {
  try {
    const [outcome] = await within(
      sink.send([peer.parcel([label])], AbortSignal.timeout(2_000)),
      2_000 + AT_ONCE_MS,
      'send after the restart',
    );
    return outcome?.kind === successOf(setup.capabilities);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TransportError);
    await sink.close();
    await connect(sink);
    await peer.ready();
    return false;
  }
}

async function withSink<Native>(
  peer: SinkPeer<Native>,
  sink: Sink<Native>,
  body: (sink: Sink<Native>) => Promise<void>,
): Promise<void> {
  try {
    await connect(sink);
    await within(peer.ready(), PEER_MS, 'the peer to be ready');
    await body(sink);
  } finally {
    await within(sink.close(), AT_ONCE_MS, 'close');
  }
}

/** Sends one parcel a label and expects success for each. */
async function sendAll<Native>(
  setup: SinkContractSetup<Native>,
  sink: Sink<Native>,
  peer: SinkPeer<Native>,
  sent: readonly string[],
): Promise<void> {
  for (const batch of batches(sent, setup.capabilities.batchMax)) {
    const parcels = batch.map((label) => peer.parcel([label]));
    const outcomes = await within(sink.send(parcels, neverAborted()), PEER_MS, 'send');
    expectSuccess(outcomes, batch.length, setup.capabilities);
  }
}

function expectSuccess(
  outcomes: readonly Outcome[],
  count: number,
  capabilities: SinkCapabilities,
): void {
  const kind = successOf(capabilities);
  expect(outcomes).toEqual(Array.from({ length: count }, () => ({ kind })));
}

/** `delivered` only where the peer confirms; never one by the other's name. */
function successOf(capabilities: SinkCapabilities): 'sent' | 'delivered' {
  return capabilities.confirmation === 'peer' ? 'delivered' : 'sent';
}

async function expectReceived<Native>(
  peer: SinkPeer<Native>,
  expected: readonly string[],
  ordering: SinkCapabilities['ordering'] = 'per-connection',
): Promise<void> {
  await waitFor(async () => (await peer.received()).length >= expected.length, {
    timeoutMs: PEER_MS,
    what: `${expected.length} messages at the peer`,
  });
  const received = await peer.received();
  if (ordering === 'none') expect([...received].sort()).toEqual([...expected].sort());
  else expect(received).toEqual(expected);
}

/** No connection: either form that the contract allows. */
async function expectUnavailable(
  sending: Promise<readonly Outcome[]>,
  count: number,
): Promise<void> {
  const result = await within(
    sending.catch((thrown: unknown) => thrown),
    AT_ONCE_MS,
    'send without a connection',
  );
  if (result instanceof TransportError) return;
  expect(result).toHaveLength(count);
  for (const { kind } of result as readonly Outcome[]) expect(kind).toBe('unavailable');
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

function batches<T>(items: readonly T[], max: number): T[][] {
  const all: T[][] = [];
  for (let at = 0; at < items.length; at += max) all.push(items.slice(at, at + max));
  return all;
}
