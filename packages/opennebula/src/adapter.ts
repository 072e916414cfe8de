import {
  defineAdapter,
  defineSink,
  defineSource,
  type Adapter,
  type AdapterContext,
  type Sink,
  type Source,
} from '@viaduct/core';

import { opennebulaCodec } from './codec.ts';
import {
  adviseSink,
  adviseSource,
  OPENNEBULA_SINK_CONFIG,
  OPENNEBULA_SOURCE_CONFIG,
  SINK_DEFAULTS,
  type OpennebulaSinkConfig,
  type OpennebulaSourceConfig,
} from './config.ts';
import type { OpennebulaMessage } from './message.ts';
import { SINK_CAPABILITIES, ZeromqSink } from './sink.ts';
import { SOURCE_CAPABILITIES, ZeromqSource } from './source.ts';
import { opennebulaTrackers } from './trackers.ts';

/** OpenNebula's hook-manager events over ZeroMQ. `adapter: opennebula` in a configuration. */
export const opennebulaAdapter: Adapter = defineAdapter<OpennebulaMessage>({
  name: 'opennebula',
  stability: 'beta',
  summary: 'OpenNebula hook-manager events over ZeroMQ: subscriber and publisher.',
  codec: opennebulaCodec,
  sources: {
    default: defineSource<OpennebulaSourceConfig, OpennebulaMessage>({
      config: OPENNEBULA_SOURCE_CONFIG,
      capabilities: SOURCE_CAPABILITIES,
      create: createOpennebulaSource,
      advise: adviseSource,
    }),
  },
  sinks: {
    default: defineSink<OpennebulaSinkConfig, OpennebulaMessage>({
      config: OPENNEBULA_SINK_CONFIG,
      capabilities: SINK_CAPABILITIES,
      create: createOpennebulaSink,
      encodeOptions: ({ copies = SINK_DEFAULTS.copies }) => ({ copies }),
      advise: adviseSink,
    }),
  },
  trackers: opennebulaTrackers,
});

/** A subscriber. Opens nothing; what is left out of `config` has the defaults of its schema. */
export function createOpennebulaSource(
  config: OpennebulaSourceConfig,
  context: AdapterContext,
): Source<OpennebulaMessage> {
  return new ZeromqSource(config, context);
}

/** A publisher. Opens nothing; what is left out of `config` has the defaults of its schema. */
export function createOpennebulaSink(
  config: OpennebulaSinkConfig,
  context: AdapterContext,
): Sink<OpennebulaMessage> {
  return new ZeromqSink(config, context);
}
