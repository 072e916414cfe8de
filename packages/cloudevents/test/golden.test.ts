import { join } from 'node:path';
import { runFixtures } from '@viaduct/testkit';
import { cloudeventsCodec } from '../src/codec.ts';

// Every default, every way to be malformed that still is a CloudEvent; both kinds of output.
runFixtures({
  codec: cloudeventsCodec,
  folder: join(import.meta.dirname, '../fixtures/golden'),
  encode: ['withNative', 'withoutNative'],
});
