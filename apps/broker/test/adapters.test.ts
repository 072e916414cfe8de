import type { ConfigField } from '@viaduct/core';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../src/adapters.ts';
import { BROKER_FIELDS } from '../src/config/sections.ts';

/** Keys that say where something listens. */
const LISTENS = /^(?:listen|bind|address)$/;
const LOOPBACK = /^(?:tcp:\/\/)?(?:127\.0\.0\.1|\[::1\]):\d+$/;

interface Found {
  readonly path: string;
  readonly field: ConfigField;
}

/** The fields of a description under their dotted names, those of objects within included. */
function fieldsOf(properties: Readonly<Record<string, ConfigField>>, path: string): Found[] {
  return Object.entries(properties).flatMap(([name, field]) => [
    { path: `${path}.${name}`, field },
    ...(field.type === 'object' ? fieldsOf(field.properties, `${path}.${name}`) : []),
  ]);
}

async function everyField(): Promise<readonly Found[]> {
  const found = fieldsOf(BROKER_FIELDS.properties, 'broker');
  for (const { name, load } of ADAPTERS) {
    const { sources, sinks } = await load();
    for (const kind of [...Object.values(sources), ...Object.values(sinks)]) {
      found.push(...fieldsOf(kind.config.properties, name));
    }
  }
  return found;
}

describe('the adapters of this build', () => {
  it('listen on the loopback interface alone unless they are told otherwise', async () => {
    const listening = (await everyField()).filter(({ path }) =>
      LISTENS.test(path.split('.').at(-1) ?? ''),
    );
    expect(listening.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['broker.admin.listen', 'opennebula.bind']),
    );
    for (const { path, field } of listening) {
      const places = [field.default ?? []].flat();
      for (const place of places) expect(place, path).toMatch(LOOPBACK);
    }
  });

  it('mark as secret what is called so', async () => {
    for (const { path, field } of await everyField()) {
      const isSecret = /(?:password|passphrase|community|secretKey|token)$/i.test(path);
      if (isSecret && field.type === 'string') expect(field.secret, path).toBe(true);
    }
  });
});
