import { join } from 'node:path';
import { runFixtures } from '@viaduct/testkit';
import { bonfireCodec } from '../src/codec.ts';

// Every message of the corpora, every format, every way to be malformed; both kinds of output.
runFixtures({
  codec: bonfireCodec,
  folder: join(import.meta.dirname, '../fixtures/golden'),
  encode: ['withNative', 'withoutNative'],
});

// Canonical events of other dialects, in both formats and at both places.
runFixtures({
  codec: bonfireCodec,
  folder: join(import.meta.dirname, '../fixtures/foreign'),
  profiles: {
    detailed: {},
    simple: { format: 'simple', exchange: 'experiments', routingKey: '3fdff0c64c51135f4e5e' },
  },
});
