import { expect, test } from 'vitest';
import { sinkCapabilities, type SinkVariant } from '../src/adapter.ts';
import type { SinkCapabilities } from '../src/sink.ts';

test('a sink has the capabilities of the first variant that applies, else those of its kind', () => {
  const capabilities: SinkCapabilities = {
    confirmation: 'none',
    ordering: 'none',
    batchMax: 1,
    concurrencyMax: 1,
  };
  const confirmed: SinkCapabilities = { ...capabilities, confirmation: 'peer' };
  const variant: SinkVariant<unknown> = {
    when: 'inform: true',
    applies: (config) => (config as { readonly inform: boolean }).inform,
    capabilities: confirmed,
  };
  const kind = { capabilities, variants: [variant] };
  expect(sinkCapabilities(kind, { inform: true })).toBe(confirmed);
  expect(sinkCapabilities(kind, { inform: false })).toBe(capabilities);
  expect(sinkCapabilities({ capabilities }, { inform: true })).toBe(capabilities);
});
