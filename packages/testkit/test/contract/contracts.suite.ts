// Run by test/contract.test.ts in a Vitest of its own: these contracts are meant to fail.
import { setMaxListeners } from 'node:events';

import type { AdapterContext, Delivery, Outcome, Parcel } from '@viaduct/core';
import { sinkContract, sourceContract } from '@viaduct/testkit';

import type { QueueSource } from './queue-peer.ts';
import { ListSink, listPeer, QUEUE_CAPABILITIES, QueuePeer } from './queue-peer.ts';

const SINK_CAPABILITIES = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 100,
  concurrencyMax: 4,
} as const;

const sinkSkips = {
  'closes during connect': 'a list is opened at once, there is nothing to wait for',
  'ends connect at once when aborted': 'a list is opened at once, there is nothing to wait for',
} as const;

type Spoil = (source: QueueSource, context: AdapterContext) => void;

function source(name: string, spoil: Spoil, capabilities = QUEUE_CAPABILITIES): void {
  class SpoiledPeer extends QueuePeer {
    override create(context?: AdapterContext): QueueSource {
      const created = super.create();
      if (context) spoil(created, context);
      return created;
    }
  }
  sourceContract({ name, capabilities, open: async () => new SpoiledPeer() });
}

source('honest', () => undefined);
source('undeclared redelivery', () => undefined, { ...QUEUE_CAPABILITIES, redelivery: 'none' });
let timers = 0; // one is enough: the suite waits some seconds for each to go away
source('leaves a timer', (created, { clock }) => {
  const connect = created.connect.bind(created);
  created.connect = async (signal) => {
    await connect(signal);
    if (timers++ === 0) clock.after(3_600_000, () => undefined);
  };
});
source('gives everything twice', (created) => {
  const { deliver } = created;
  const deliveries = created.deliveries.bind(created);
  created.deliver = deliver.bind(created);
  created.deliveries = async function* (signal) {
    for await (const batch of deliveries(signal)) yield [...batch, ...batch];
  };
});
source('loses the order', (created) => {
  const deliveries = created.deliveries.bind(created);
  created.deliveries = async function* (signal) {
    for await (const batch of deliveries(signal)) yield [...batch].reverse();
  };
});
source('gives empty batches', (created) => {
  const deliveries = created.deliveries.bind(created);
  created.deliveries = async function* (signal) {
    yield [] as readonly Delivery<string>[];
    yield* deliveries(signal);
  };
});
source('connects whatever the signal says', (created) => {
  const connect = created.connect.bind(created);
  created.connect = () => connect(new AbortController().signal);
});
source('closes once only', (created) => {
  let closed = 0;
  const close = created.close.bind(created);
  created.close = async () => {
    closed += 1;
    if (closed > 1) throw new Error('already closed');
    await close();
  };
});

function sink(name: string, create: (received: string[]) => ListSink): void {
  sinkContract({
    name,
    capabilities: SINK_CAPABILITIES,
    open: async () => listPeer(create),
    skips: sinkSkips,
  });
}

sink('honest', (received) => new ListSink(received));
sink('calls sent what is to be confirmed', (received) => {
  const created = new ListSink(received);
  const send = created.send.bind(created);
  created.send = (async (parcels: readonly Parcel<string>[]): Promise<readonly Outcome[]> =>
    (await send(parcels)).map(() => ({ kind: 'sent' }))) as unknown as ListSink['send'];
  return created;
});
sink('gives one outcome for all', (received) => {
  const created = new ListSink(received);
  const send = created.send.bind(created);
  created.send = async (parcels) => (await send(parcels)).slice(0, 1);
  return created;
});
sink('hides that it was lost', (received) => {
  const created = new ListSink(received);
  created.lost = async () => 'gone' as unknown as Error;
  return created;
});
sink('forgets to listen no longer', (received) => {
  const created = new ListSink(received);
  const send = created.send.bind(created);
  created.send = (async (parcels: readonly Parcel<string>[], signal: AbortSignal) => {
    signal.addEventListener('abort', () => undefined, { once: true });
    return send(parcels);
  }) as unknown as ListSink['send'];
  return created;
});
sink('listens for each parcel', (received) => {
  const created = new ListSink(received);
  const send = created.send.bind(created);
  created.send = (async (parcels: readonly Parcel<string>[], signal: AbortSignal) => {
    setMaxListeners(0, signal); // the suite shall tell, not a warning of Node
    const each = parcels.map(() => (): void => undefined);
    for (const listener of each) signal.addEventListener('abort', listener);
    const outcomes = await send(parcels);
    for (const listener of each) signal.removeEventListener('abort', listener);
    return outcomes;
  }) as unknown as ListSink['send'];
  return created;
});
