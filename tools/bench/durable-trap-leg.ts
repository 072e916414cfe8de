/** Viaduct as `viaduct run` puts it together, from ZeroMQ to SNMP traps, journal on. */
import { startBroker } from './bench-broker.ts';
import { serveLeg } from './leg.ts';
import type { TrapLegSettings } from './traps.ts';

await serveLeg(async ({ endpoint, port, folder }: TrapLegSettings, confirmed) =>
  startBroker(
    folder,
    `
broker: { name: bench, data: ./data, log: { level: warn }, admin: { listen: none } }
sources:
  one: { adapter: opennebula, endpoint: "${endpoint}", bufferBytesMax: 1073741824 }
sinks:
  nms: { adapter: snmp, target: "127.0.0.1:${port}", community: public, coldStart: false }
routes:
  - { from: one, to: nms }
`,
    (outcomes) => confirmed(outcomes.filter(({ kind }) => kind === 'sent').length),
  ),
);
