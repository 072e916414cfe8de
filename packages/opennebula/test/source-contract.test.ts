import type { AdapterContext, Source } from '@viaduct/core';
import { sourceContract, type SourcePeer } from '@viaduct/testkit';

import type { OpennebulaMessage } from '../src/message.ts';
import { SOURCE_CAPABILITIES, ZeromqSource } from '../src/source.ts';
import { closeServer, openSilentServer, TestPublisher } from './zeromq-peers.ts';

/** What a source subscribes to by default. */
const PREFIXES = 2;

sourceContract({
  name: 'opennebula, a ZeroMQ publisher',
  capabilities: SOURCE_CAPABILITIES,
  async open(): Promise<SourcePeer<OpennebulaMessage>> {
    const publisher = await TestPublisher.open();
    const silent = await openSilentServer();
    return {
      create: (context) => subscribedSource(publisher, context),
      createUnanswered: (context) => new ZeromqSource({ endpoint: [silent.endpoint] }, context),
      async publish(labels) {
        await publisher.waitForSubscriptions(PREFIXES);
        for (const label of labels) await publisher.send(`EVENT API ${label} 1`, 'PEhPT0s+');
      },
      labelOf: (native) => native.key.split(' ')[2] ?? '',
      async restart() {
        await publisher.stop();
        await publisher.bind();
      },
      async close() {
        await publisher.stop();
        await closeServer(silent.server);
      },
    };
  },
});

/**
 * A source whose `connect` also waits for its subscriptions to be at the publisher, which ZeroMQ
 * tells the subscriber nothing about.
 */
function subscribedSource(
  publisher: TestPublisher,
  context: AdapterContext,
): Source<OpennebulaMessage> {
  const source = new ZeromqSource({ endpoint: [publisher.endpoint] }, context);
  return {
    async connect(signal) {
      const before = publisher.subscribed;
      await source.connect(signal);
      await publisher.waitForSubscriptions(before + PREFIXES);
    },
    deliveries: (signal) => source.deliveries(signal),
    close: () => source.close(),
  };
}
