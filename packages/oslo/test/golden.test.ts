import { join } from 'node:path';
import { runFixtures } from '@viaduct/testkit';
import { osloCodec } from '../src/codec.ts';

// Every row of the mapping, every format, every way to be malformed; both kinds of output.
runFixtures({
  codec: osloCodec,
  folder: join(import.meta.dirname, '../fixtures/golden'),
  encode: ['withNative', 'withoutNative'],
});

// Canonical events of other dialects, as each format sends them.
runFixtures({
  codec: osloCodec,
  folder: join(import.meta.dirname, '../fixtures/foreign'),
  profiles: {
    v1: { format: 'v1', topic: 'notifications', exchange: 'nova' },
    v2: { format: 'v2', priorities: ['debug', 'info', 'warn', 'error', 'critical'] },
  },
});
