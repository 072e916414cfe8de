/**
 * Viaduct itself, as `viaduct run` puts it together from a configuration: nothing is set that an
 * operator would not have by default, but for the addresses and the size of the source's buffer (a
 * burst is published faster than anything here can carry it).
 */
import { startBroker } from './bench-broker.ts';
import { serveLeg, type LegSettings } from './leg.ts';

await serveLeg(async (settings: LegSettings, confirmed) =>
  startBroker(settings.folder, configurationOf(settings), (outcomes) => {
    confirmed(outcomes.filter(({ kind }) => kind === 'delivered').length);
  }),
);

function configurationOf({ endpoint, amqpUrl, exchange, queue }: LegSettings): string {
  const topic = queue.replace('.info', '');
  return `
broker: { name: bench, data: ./data, log: { level: warn }, admin: { listen: none } }
sources:
  one: { adapter: opennebula, endpoint: "${endpoint}", bufferBytesMax: 1073741824 }
sinks:
  bus: { adapter: oslo, url: "${amqpUrl}", exchange: ${exchange}, topic: ${topic}, durable: true }
routes:
  - { from: one, to: bus }
`;
}
