/** Every message that any package has as a fixture, real captures among them, in every dialect. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Codec, JsonObject, JsonValue } from '@viaduct/core';
import { translate } from '@viaduct/translation';
import { describe, expect, it } from 'vitest';
import { allCodecs } from '../../../tools/translation/matrix.ts';

const packages = join(import.meta.dirname, '../../../packages');
const codecs = await allCodecs();
const AT = Date.parse('2026-01-31T12:00:00Z');
const WORLD = { system: 'lab', at: AT, nonce: '0123456789abcdef'.repeat(2), ordinal: 0 };

/** The messages of a dialect by the name of their file. */
function messagesOf(dialect: string): readonly (readonly [string, JsonValue])[] {
  const cwd = join(packages, dialect, 'fixtures');
  const single = globSync('**/*.native.json', { cwd }).map(
    (file) => [file, JSON.parse(readFileSync(join(cwd, file), 'utf8')) as JsonValue] as const,
  );
  const listed = globSync('**/*.jsonl', { cwd }).flatMap((file) => {
    const lines = readFileSync(join(cwd, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line, index) => {
      const entry = JSON.parse(line) as JsonObject;
      return [`${file}:${String(index + 1)}`, entry.message ?? entry] as const;
    });
  });
  return [...single, ...listed];
}

describe.each([...codecs.keys()])('the messages of %s', (dialect) => {
  const from = codecs.get(dialect) as Codec<unknown>;
  const messages = messagesOf(dialect);

  it('are some', () => {
    expect(messages.length).toBeGreaterThan(10);
  });

  it.each([...codecs])('translate to %s, or are refused with a reason', (_, to) => {
    for (const [name, message] of messages) {
      const result = translate(message, { ...WORLD, from, to });
      if (!result.ok) {
        expect(result.error.code, name).toMatch(/^VIA_[A-Z]+_/);
        continue;
      }
      const { events, natives } = result.value;
      expect(natives.length, name).toBeGreaterThanOrEqual(events.length);
      for (const native of natives) expect(to.parse(native).ok, name).toBe(true);
    }
  });

  it('are refused by the codec that reads them, never by one that writes', () => {
    const refused = (to: Codec<unknown>) =>
      messages
        .filter(([, message]) => !translate(message, { ...WORLD, from, to }).ok)
        .map(([name]) => name);
    const own = refused(from);
    for (const to of codecs.values()) expect(refused(to), to.dialect).toEqual(own);
  });
});
