import schema from '@viaduct/core/schema/event-data-1.json' with { type: 'json' };
import { isJsonObject, readEvent, type JsonValue } from '@viaduct/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';

import { FULL_DATA, sampleEvent } from './sample-events.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true });
ajvFormats.default(ajv);
const validate = ajv.compile(schema);

const FULL = JSON.parse(JSON.stringify(FULL_DATA)) as JsonValue;
const OTHERS: readonly JsonValue[] = [null, true, 7, 'text', [], {}, [7], [{}]];

/** Every place in a value, as the keys that lead to it. */
function placesIn(value: JsonValue, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...at, key]))];
}

/** The value with another one in one place. */
function withOther(
  value: JsonValue,
  [key, ...rest]: readonly string[],
  other: JsonValue,
): JsonValue {
  if (key === undefined) return other;
  if (Array.isArray(value)) {
    return value.map((part: JsonValue, index) =>
      String(index) === key ? withOther(part, rest, other) : part,
    );
  }
  if (!isJsonObject(value)) throw new Error('no such place');
  return { ...value, [key]: withOther(value[key] ?? null, rest, other) };
}

function reads(data: JsonValue): boolean {
  return readEvent({ ...sampleEvent(), data }).ok;
}

describe('readEvent and the published schema agree', () => {
  test.each(placesIn(FULL).map((place) => [place.join('.'), place] as const))(
    'on the type of data.%s',
    (_name, place) => {
      for (const other of OTHERS) {
        const data = withOther(FULL, place, other);
        const isValid = validate(data);
        const isOfWrongType = validate.errors?.some(({ keyword }) => keyword === 'type') === true;
        const said = `with ${JSON.stringify(other)}`;
        if (isValid) expect(reads(data), said).toBe(true);
        else if (isOfWrongType) expect(reads(data), said).toBe(false);
      }
    },
  );
});
