import {
  supervise,
  TransportError,
  type AdapterContext,
  type Source,
  type SourceCapabilities,
} from '@viaduct/core';
import { describe, expect } from 'vitest';

import {
  AT_ONCE_MS,
  CONTRACT_IN_FLIGHT,
  contractCase,
  labels,
  PEER_MS,
  type CaseContext,
  type Skips,
} from './contract-cases.ts';
import { SourceReader } from './source-reader.ts';
import { connect, connectionCases, type ConnectionCase } from './connection-cases.ts';
import { waitFor, within } from './wait-for.ts';

/** A real peer for one case, and sources that talk to it. */
export interface SourcePeer<Native> {
  /**
   * A new source of this peer, configured to let at least {@link CONTRACT_IN_FLIGHT} deliveries be
   * unsettled. Every source of one peer reads the same queue, where the dialect has queues.
   */
  create(context: AdapterContext): Source<Native>;
  /** A source whose peer accepts the connection and then says nothing: `connect` has to wait. */
  createUnanswered(context: AdapterContext): Source<Native>;
  /**
   * Sends one native message for each label, in this order. Resolves once a source that is
   * connected now will get them; may wait for the source to be connected.
   */
  publish(labels: readonly string[]): Promise<void>;
  /** The label of a native message that `publish` sent. */
  labelOf(native: Native): string;
  /** Stops the peer and starts it again at the same address. */
  restart(): Promise<void>;
  /** How many deliveries the peer holds as unsettled or waiting, where it counts them. */
  pending?(): Promise<number>;
  /** Ends the peer and everything `create…` needed. Sources may be open still. */
  close(): Promise<void>;
}

/** What {@link sourceContract} is given. */
export interface SourceContractSetup<Native> {
  readonly name: string;
  /** The ones that the adapter declares. */
  readonly capabilities: SourceCapabilities;
  /** Called once a case. */
  open(): Promise<SourcePeer<Native>>;
  readonly skips?: Skips<SourceCase>;
  /** The peer sends again but cannot say so (HTTP): `redelivered` is not expected to be set. */
  readonly unmarkedRedelivery?: boolean;
}

/** The cases of the contract, by name. */
export type SourceCase =
  | ConnectionCase
  | 'opens again after it was closed'
  | 'ends deliveries when aborted'
  | 'delivers all that was published, in the declared order'
  | 'settles each delivery once'
  | 'may be settled after it was closed'
  | 'redelivers what was not settled, if and only if declared'
  | 'redelivers what was rejected for a retry, if and only if declared'
  | 'works again after the peer restarted'
  | 'holds 1,000 deliveries in flight';

/**
 * The contract of every source, run against a real peer: one call in the adapter's tests. After
 * each case no socket, server or timer may be left behind.
 */
export function sourceContract<Native>(setup: SourceContractSetup<Native>): void {
  describe(`source contract: ${setup.name}`, () => {
    connectionCases(setup);
    reopeningCase(setup);
    abortCases(setup);
    deliveryCases(setup);
    redeliveryCases(setup);
    faultCases(setup);
  });
}

function reopeningCase<Native>(setup: SourceContractSetup<Native>): void {
  contractCase('opens again after it was closed', setup, async (peer, context) => {
    const source = peer.create(context);
    await connect(source);
    await source.close();
    await readFrom(source, peer, async (reader) => {
      await peer.publish(['again']);
      await reader.waitForLabels(['again'], { ack: true });
    });
  });
}

function abortCases<Native>(setup: SourceContractSetup<Native>): void {
  contractCase('ends deliveries when aborted', setup, async (peer, context) => {
    const source = peer.create(context);
    await connect(source);
    const reader = new SourceReader(source, peer);
    await peer.publish(['first']);
    await reader.waitForLabels(['first'], { ack: true });
    reader.abort();
    // Ends in good order: an abort is no error.
    await within(reader.ended, AT_ONCE_MS, 'deliveries after abort');
    await within(source.close(), AT_ONCE_MS, 'close');
  });
}

function deliveryCases<Native>(setup: SourceContractSetup<Native>): void {
  contractCase(
    'delivers all that was published, in the declared order',
    setup,
    async (peer, context) => {
      await withReader(peer, context, async (reader) => {
        const sent = labels('order', 100);
        const earliest = context.clock.now();
        await peer.publish(sent);
        const deliveries = await reader.waitForLabels(sent, { ack: true });
        if (setup.capabilities.ordering !== 'none') expect(reader.labels).toEqual(sent);
        for (const { receivedAt } of deliveries) {
          expect(receivedAt).toBeGreaterThanOrEqual(earliest);
          expect(receivedAt).toBeLessThanOrEqual(context.clock.now());
        }
      });
    },
  );

  contractCase('settles each delivery once', setup, async (peer, context) => {
    const sent = labels('settled', 20);
    await withReader(peer, context, async (reader) => {
      await peer.publish(sent);
      const deliveries = await reader.waitForLabels(sent, {});
      // Out of order and mixed: what a transport that coalesces gets wrong.
      for (const delivery of [...deliveries].reverse()) {
        if (deliveries.indexOf(delivery) % 3 === 0) delivery.reject('discard');
        else delivery.ack();
      }
      if (peer.pending) await waitFor(async () => (await peer.pending?.()) === 0);
    });
    await withReader(peer, context, async (reader) => {
      await peer.publish(['marker']);
      await reader.waitForLabels(['marker'], { ack: true });
      expect(reader.labels).toEqual(['marker']);
    });
  });

  contractCase('may be settled after it was closed', setup, async (peer, context) => {
    const source = peer.create(context);
    await connect(source);
    const reader = new SourceReader(source, peer);
    await peer.publish(['late-0', 'late-1', 'late-2']);
    const [first, second, third] = await reader.waitForLabels(['late-0', 'late-1', 'late-2'], {});
    await reader.close();
    first?.ack();
    second?.reject('retry');
    third?.reject('discard');
    await turn();
  });
}

function redeliveryCases<Native>(setup: SourceContractSetup<Native>): void {
  const redelivers = setup.capabilities.redelivery === 'requeue';

  contractCase(
    'redelivers what was not settled, if and only if declared',
    setup,
    async (peer, context) => {
      const sent = labels('unsettled', 10);
      await withReader(peer, context, async (reader) => {
        await peer.publish(sent);
        await reader.waitForLabels(sent, {});
      });
      await expectAgain(setup, peer, context, redelivers ? sent : []);
    },
  );

  contractCase(
    'redelivers what was rejected for a retry, if and only if declared',
    setup,
    async (peer, context) => {
      const sent = labels('rejected', 10);
      const discarded = (label: string): boolean => Number(label.split('-')[1]) >= 5;
      await withReader(peer, context, async (reader) => {
        await peer.publish(sent);
        for (const delivery of await reader.waitForLabels(sent, {})) {
          delivery.reject(discarded(peer.labelOf(delivery.native)) ? 'discard' : 'retry');
        }
      });
      const retried = sent.filter((label) => !discarded(label));
      await expectAgain(setup, peer, context, redelivers ? retried : []);
    },
  );
}

/** Connects anew and expects `again`, then a marker, and nothing else. */
async function expectAgain<Native>(
  setup: SourceContractSetup<Native>,
  peer: SourcePeer<Native>,
  context: CaseContext,
  again: readonly string[],
): Promise<void> {
  await withReader(peer, context, async (reader) => {
    await peer.publish(['marker']);
    const deliveries = await reader.waitForLabels([...again, 'marker'], { ack: true });
    expect([...reader.labels].sort()).toEqual([...again, 'marker'].sort());
    for (const delivery of deliveries) {
      if (setup.unmarkedRedelivery || peer.labelOf(delivery.native) === 'marker') continue;
      expect(delivery.redelivered, 'redelivered').toBe(true);
    }
  });
}

function faultCases<Native>(setup: SourceContractSetup<Native>): void {
  contractCase('works again after the peer restarted', setup, async (peer, context) => {
    const source = peer.create(context);
    const seen = new Set<string>();
    const abort = new AbortController();
    let connections = 0;
    const running = supervise(
      source,
      async (signal) => {
        connections += 1;
        for await (const batch of source.deliveries(signal)) {
          for (const delivery of batch) {
            if ('native' in delivery) seen.add(peer.labelOf(delivery.native));
            delivery.ack();
          }
        }
        if (!signal.aborted) throw new Error('deliveries ended without abort and without error');
      },
      {
        clock: context.clock,
        random: () => 0.5,
        signal: abort.signal,
        backoff: { initialMs: 20, maxMs: 200, factor: 2 },
        onState: (state) => {
          if (state.state === 'waiting') expect(state.error).toBeInstanceOf(TransportError);
        },
      },
    );
    try {
      await waitFor(() => connections > 0, { timeoutMs: PEER_MS, what: 'the first connection' });
      await peer.publish(['before']);
      await waitFor(() => seen.has('before'), { timeoutMs: PEER_MS });
      await peer.restart();
      // What is published while the source is away may be lost, where the dialect has no queue.
      let attempt = 0;
      await waitFor(
        async () => {
          attempt += 1;
          await within(peer.publish([`after-${attempt}`]), PEER_MS, 'publishing after the restart');
          await waitFor(() => seen.has(`after-${attempt}`), { timeoutMs: 1_000 });
          return true;
        },
        { timeoutMs: 2 * PEER_MS, what: 'a delivery after the restart' },
      );
    } finally {
      abort.abort();
      await within(running, AT_ONCE_MS, 'the end of supervise');
    }
  });

  contractCase('holds 1,000 deliveries in flight', setup, async (peer, context) => {
    const sent = labels('flight', CONTRACT_IN_FLIGHT);
    await withReader(peer, context, async (reader) => {
      await peer.publish(sent);
      for (const delivery of await reader.waitForLabels(sent, {})) delivery.ack();
      if (peer.pending) await waitFor(async () => (await peer.pending?.()) === 0);
    });
  });
}

/** Reads from a new source while `body` runs, and closes it. */
function withReader<Native>(
  peer: SourcePeer<Native>,
  context: CaseContext,
  body: (reader: SourceReader<Native>) => Promise<void>,
): Promise<void> {
  return readFrom(peer.create(context), peer, body);
}

/** Connects a source, reads from it while `body` runs, and closes it. */
async function readFrom<Native>(
  source: Source<Native>,
  peer: SourcePeer<Native>,
  body: (reader: SourceReader<Native>) => Promise<void>,
): Promise<void> {
  await connect(source);
  const reader = new SourceReader<Native>(source, peer);
  try {
    await body(reader);
  } finally {
    await reader.close();
  }
}

/** Long enough for a connection attempt to be under way. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30));
}
