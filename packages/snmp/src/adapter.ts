import {
  defineAdapter,
  defineSink,
  defineSource,
  type Adapter,
  type AdapterContext,
} from '@viaduct/core';
import { snmpCodec } from './codec.ts';
import {
  adviseSink,
  adviseSource,
  sinkConfig,
  sourceConfig,
  type SnmpSinkConfig,
  type SnmpSourceConfig,
} from './config.ts';
import type { SnmpMessage } from './message.ts';
import { encodeOptionsOf, INFORM_CAPABILITIES, SnmpSink, TRAP_CAPABILITIES } from './sink.ts';
import { SnmpSource, SOURCE_CAPABILITIES } from './source.ts';

/** SNMP notifications: traps and informs of v1, v2c and v3, in and out. */
export const snmpAdapter: Adapter = defineAdapter<SnmpMessage>({
  name: 'snmp',
  stability: 'beta',
  summary: 'SNMP traps and informs (v1, v2c, v3), received and sent, with a MIB module.',
  codec: snmpCodec,
  sources: {
    default: defineSource<SnmpSourceConfig, SnmpMessage>({
      config: sourceConfig,
      capabilities: SOURCE_CAPABILITIES,
      create: (config, context) => new SnmpSource(config, context),
      advise: adviseSource,
    }),
  },
  sinks: {
    default: defineSink<SnmpSinkConfig, SnmpMessage>({
      config: sinkConfig,
      capabilities: TRAP_CAPABILITIES,
      variants: [
        {
          when: 'inform: true',
          applies: ({ inform = false, version }) => inform && version !== 1,
          capabilities: INFORM_CAPABILITIES,
        },
      ],
      create: (config, context) => new SnmpSink(config, context),
      encodeOptions: encodeOptionsOf,
      advise: adviseSink,
    }),
  },
});

/** A receiver for a program without the broker: `connect`, then iterate `deliveries`. */
export function createSnmpSource(config: SnmpSourceConfig, context: AdapterContext): SnmpSource {
  return new SnmpSource(config, context);
}

/** A sender for a program without the broker: `connect`, then `send` what the codec encoded. */
export function createSnmpSink(config: SnmpSinkConfig, context: AdapterContext): SnmpSink {
  return new SnmpSink(config, context);
}
