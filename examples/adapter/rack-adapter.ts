/** All that the dialect of the rack sensors offers: what a broker's list of adapters takes. */
import { type Adapter, defineAdapter, defineSource } from '@viaduct/core';
import { rackCodec } from './rack-codec.ts';
import { createRackSource, RACK_CAPABILITIES, type RackSourceConfig } from './rack-source.ts';

/** `adapter: rack` in a configuration. Reference pages and `viaduct check` come from the schema. */
export const rackAdapter: Adapter = defineAdapter({
  name: 'rack',
  stability: 'experimental',
  summary: 'Doors and temperatures of racks, from their sensor gateway.',
  codec: rackCodec,
  sources: {
    default: defineSource<RackSourceConfig, { readonly line: string }>({
      config: {
        type: 'object',
        description:
          'Listens to a gateway. It keeps nothing: what it says while we are away is lost.',
        properties: {
          host: { type: 'string', description: 'The gateway.' },
          port: {
            type: 'integer',
            minimum: 1,
            maximum: 65535,
            default: 7007,
            description: 'Its TCP port.',
          },
        },
        required: ['host'],
      },
      capabilities: RACK_CAPABILITIES,
      create: createRackSource,
    }),
  },
  sinks: {},
});
