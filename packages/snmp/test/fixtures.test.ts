import { join } from 'node:path';
import { runFixtures } from '@viaduct/testkit';
import { snmpCodec as codec } from '../src/codec.ts';

runFixtures({
  codec,
  folder: join(import.meta.dirname, '../fixtures/codec'),
  encode: ['withNative', 'withoutNative'],
  profiles: {
    viaduct: {},
    small: { datagramBytesMax: 484, version: 'v2c', pdu: 'inform' },
    v3: { datagramBytesMax: 640, version: 'v3', pdu: 'inform' },
    v1: { version: 'v1' },
    cloudify: { profile: 'cloudify' },
    shipped: { profile: 'cloudify-as-shipped' },
  },
});
