import { join } from 'node:path';
import { runFixtures } from '@viaduct/testkit';
import { opennebulaCodec } from '../src/codec.ts';

runFixtures({
  codec: opennebulaCodec,
  folder: join(import.meta.dirname, '../fixtures'),
  encode: ['withNative', 'withoutNative'],
});
