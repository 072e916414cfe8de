import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS, STATES } from '@viaduct/core';
import { describe, expect, it } from 'vitest';
import { ENUMERATIONS } from '../src/mib/mapping-numbers.ts';
import { MIB_OBJECTS } from '../src/mib/mapping-objects.ts';
import { STATE_CLASSES } from '../src/mapping.ts';
import { formatMib, isEnterpriseBase, notificationNumber } from '../src/mib/mib.ts';

const file = join(import.meta.dirname, '../mibs/VIADUCT-MIB.mib');

describe('VIADUCT-MIB', () => {
  it('is what the tables say (UPDATE_FIXTURES=1 writes it anew)', () => {
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(file, formatMib());
    expect(formatMib()).toBe(readFileSync(file, 'utf8'));
  });

  it('numbers objects and words once', () => {
    const unique = (numbers: readonly number[]): void =>
      expect(new Set(numbers).size).toBe(numbers.length);
    unique(MIB_OBJECTS.map(({ id }) => id));
    for (const words of Object.values(ENUMERATIONS)) unique(Object.values(words));
    unique(
      KINDS.flatMap((kind) =>
        [1, 10].map((id) => notificationNumber(kind, id === 1 ? 'Started' : 'Event')),
      ),
    );
  });

  it('has a class for every state of every kind', () => {
    for (const states of Object.values(STATES)) {
      for (const state of states) expect(STATE_CLASSES).toHaveProperty([state]);
    }
  });

  it('stands under the base that is asked for', () => {
    expect(formatMib('1.3.6.1.4.1.4711.5')).toContain('::= { enterprises 4711 5 }');
    expect(formatMib('1.3.6.1.3.77')).toContain('::= { experimental 77 }');
  });

  it.each(['1.3.6.1.2.1', '1.3.6.1.4.1', '1.3.6.1.4.1.0', '1.3.6.1.4.1.4294967296', 'x'])(
    'refuses the base %s',
    (base) => expect(isEnterpriseBase(base)).toBe(false),
  );
});
