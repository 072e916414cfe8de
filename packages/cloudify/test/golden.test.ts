import { join } from 'node:path';
import { runFixtures } from '@viaduct/testkit';
import { cloudifyCodec } from '../src/codec.ts';

// Every version's messages, every way to be malformed; both kinds of output.
runFixtures({
  codec: cloudifyCodec,
  folder: join(import.meta.dirname, '../fixtures/golden'),
  encode: ['withNative', 'withoutNative'],
});

// Canonical events of other dialects, by the documented default.
runFixtures({
  codec: cloudifyCodec,
  folder: join(import.meta.dirname, '../fixtures/foreign'),
});
