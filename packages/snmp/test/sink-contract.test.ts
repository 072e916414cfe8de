import { sinkCapabilities, type AnySinkKind } from '@viaduct/core';
import { sinkContract, type SinkPeer } from '@viaduct/testkit';
import { freePort } from '../../../tools/peers/free-port.ts';
import { snmpAdapter } from '../src/adapter.ts';
import type { SnmpMessage } from '../src/message.ts';
import { SnmpSink } from '../src/sink.ts';
import { anyEvent, labelled } from './notifications.ts';
import { TestManager } from './udp-peers.ts';

const kind = snmpAdapter.sinks.default as AnySinkKind<SnmpMessage>;

for (const pdu of ['trap', 'inform'] as const) {
  const inform = pdu === 'inform';
  sinkContract({
    name: `snmp, a manager that receives ${pdu}s`,
    capabilities: sinkCapabilities(kind, { inform }),
    skips: {
      'closes during connect': 'connect opens a UDP socket and waits for nobody',
      'ends connect at once when aborted': 'connect opens a UDP socket and waits for nobody',
      'says that the connection was lost': 'UDP has no connection that a peer could end',
    },
    async open(): Promise<SinkPeer<SnmpMessage>> {
      const manager = new TestManager(await freePort());
      await manager.open();
      const target = `127.0.0.1:${manager.port}`;
      return {
        create: (context) =>
          new SnmpSink(
            { target, community: 'public', inform, coldStart: false, informTimeoutMs: 500 },
            context,
          ),
        parcel: (labels) => ({
          event: anyEvent(),
          natives: labels.map((label) => labelled(label, pdu)),
        }),
        ready: async () => undefined,
        received: async () => manager.labels.filter((label) => label !== ''),
        async restart() {
          await manager.close();
          await manager.open();
        },
        stop: () => manager.close(),
        close: () => manager.close(),
      };
    },
  });
}
