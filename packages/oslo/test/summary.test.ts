import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventProblems } from '@viaduct/testkit';
import { decoded, parsed, samples } from './canonical-events.ts';

const FILE = join(import.meta.dirname, '../fixtures/summary.tsv');

const COLUMNS = 'name\tevent type\tkind\ttype\taction\tphase\tid\tstate\tseverity\toutcome';

/** One line a message: what an operator would ask first. `UPDATE_FIXTURES=1` writes it anew. */
function summary(): string {
  const lines = samples().flatMap(({ name, message }) =>
    decoded(parsed(message)).map((event) => {
      const { resource, action, phase, state, severity, outcome } = event.data;
      const previous = state?.previous === undefined ? '' : `${state.previous.value} > `;
      const states = state === undefined ? '' : `${previous}${state.value} (${state.native})`;
      const { kind, type, id } = resource;
      const cells = [name, event.nativetype, kind, type, action, phase, id, states];
      return [...cells, severity, outcome].map((cell) => cell ?? '').join('\t');
    }),
  );
  return `${[COLUMNS, ...lines].join('\n')}\n`;
}

test('every captured message and every sample decodes to what the table says', () => {
  const actual = summary();
  if (process.env.UPDATE_FIXTURES === '1') writeFileSync(FILE, actual);
  expect(actual.split('\n')).toEqual(readFileSync(FILE, 'utf8').split('\n'));
});

test('every one is a valid canonical event', () => {
  for (const { name, message } of samples()) {
    for (const event of decoded(parsed(message))) expect(eventProblems(event), name).toEqual([]);
  }
});
