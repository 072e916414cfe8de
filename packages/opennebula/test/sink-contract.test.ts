import { sinkContract, waitFor, type SinkPeer } from '@viaduct/testkit';

import { freePort } from '../../../tools/peers/free-port.ts';
import type { OpennebulaMessage } from '../src/message.ts';
import { SINK_CAPABILITIES, ZeromqSink } from '../src/sink.ts';
import { parcel } from './parcel.ts';
import { TestSubscriber } from './zeromq-peers.ts';

sinkContract({
  name: 'opennebula, a ZeroMQ subscriber',
  capabilities: SINK_CAPABILITIES,
  skips: {
    'closes during connect': 'connect binds a port and waits for nobody',
    'ends connect at once when aborted': 'connect binds a port and waits for nobody',
    'says that the connection was lost': 'a publisher goes on without subscribers',
  },
  async open(): Promise<SinkPeer<OpennebulaMessage>> {
    const bind = `tcp://127.0.0.1:${await freePort()}`;
    const sinks: ZeromqSink[] = [];
    const received: string[] = [];
    let subscriber = new TestSubscriber(bind);
    const collect = (): void => {
      received.push(...subscriber.messages.splice(0).map(([key = '']) => key.split(' ')[2] ?? ''));
    };
    return {
      create(context) {
        const sink = new ZeromqSink({ bind }, context);
        sinks.push(sink);
        return sink;
      },
      parcel: (labels) =>
        parcel(...labels.map((label) => ({ key: `EVENT API ${label} 1`, content: 'PEhPT0s+' }))),
      ready: async () => {
        await waitFor(() => (sinks.at(-1)?.subscriptions ?? 0) > 0);
      },
      received: async () => {
        collect();
        return received;
      },
      async restart() {
        await subscriber.close();
        collect();
        subscriber = new TestSubscriber(bind);
      },
      stop: () => subscriber.close(),
      close: () => subscriber.close(),
    };
  },
});
