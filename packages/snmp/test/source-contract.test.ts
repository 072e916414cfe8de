import { sourceContract, type SourceCase, type SourcePeer, type Skips } from '@viaduct/testkit';
import { freePort } from '../../../tools/peers/free-port.ts';
import type { SnmpMessage } from '../src/message.ts';
import { SnmpSource, SOURCE_CAPABILITIES } from '../src/source.ts';
import { labelOf } from './notifications.ts';
import { TestAgent } from './udp-peers.ts';

const skips: Skips<SourceCase> = {
  'closes during connect': 'connect binds a port and waits for nobody',
  'ends connect at once when aborted': 'connect binds a port and waits for nobody',
};

for (const pdu of ['trap', 'inform'] as const) {
  const isInform = pdu === 'inform';
  sourceContract({
    name: `snmp, an agent that sends ${pdu}s`,
    capabilities: isInform
      ? SOURCE_CAPABILITIES
      : { redelivery: 'none', confirmation: 'none', ordering: 'none' },
    skips: isInform
      ? {
          ...skips,
          'settles each delivery once':
            'a discarded inform comes again until its sender gives up: SNMP has no word for it',
          'redelivers what was not settled, if and only if declared':
            'an inform that comes again says nothing of having come before (see inform.test.ts)',
          'redelivers what was rejected for a retry, if and only if declared':
            'an inform that comes again says nothing of having come before (see inform.test.ts)',
        }
      : skips,
    async open(): Promise<SourcePeer<SnmpMessage>> {
      const port = await freePort();
      const agent = new TestAgent(port, pdu);
      await agent.open();
      return {
        create: (context) => new SnmpSource({ listen: [`127.0.0.1:${port}`] }, context),
        createUnanswered: (context) => new SnmpSource({}, context),
        async publish(labels) {
          for (const label of labels) await agent.send(label);
        },
        labelOf,
        async restart() {
          await agent.close();
          await agent.open();
        },
        close: () => agent.close(),
      };
    },
  });
}
