/** What can be asked of dead letters, replays and alarms: the requests of `Operations` as JSON. */
import {
  Type,
  type TArray,
  type TBoolean,
  type TInteger,
  type TNumber,
  type TObject,
  type TOptional,
  type TString,
  type TUnion,
  type TUnsafe,
} from 'typebox';
import type { Match } from '@viaduct/routing';
import type { LetterFilter } from '../../operations/operations.ts';
import { MOMENT } from '../schemas.ts';

/** Names in one request. */
const NAMES_MAX = 1_000;

/** Ids in one request. */
const IDS_MAX = 100_000;

/** A list of names. */
export const NAMES: TArray<TString> = Type.Array(Type.String({ maxLength: 200 }), {
  minItems: 1,
  maxItems: NAMES_MAX,
});

/** A list of longer texts: keys of alarms. */
export const KEYS: TArray<TString> = Type.Array(Type.String({ maxLength: 1_000 }), {
  minItems: 1,
  maxItems: NAMES_MAX,
});

/** Deliveries a second. */
export const RATE: TNumber = Type.Number({
  minimum: 0.1,
  maximum: 1_000_000,
  description: 'Deliveries a second; default 200.',
});

/** Only plan. */
export const DRY_RUN: TBoolean = Type.Boolean({ description: 'Plan and write nothing.' });

const FILTER = Type.Unsafe<LetterFilter>(
  Type.Object(
    {
      stage: Type.Optional(Type.String({ maxLength: 32 })),
      code: Type.Optional(Type.String({ maxLength: 100 })),
      source: Type.Optional(Type.String({ maxLength: 200 })),
      sink: Type.Optional(Type.String({ maxLength: 200 })),
      from: Type.Optional(MOMENT),
      to: Type.Optional(MOMENT),
      text: Type.Optional(Type.String({ maxLength: 500 })),
    },
    { additionalProperties: false, description: 'An empty one matches every letter.' },
  ),
);

/** Some dead letters, by id or all that match. */
export const LETTERS: TUnion<
  [TObject<{ ids: TArray<TInteger> }>, TObject<{ filter: TUnsafe<LetterFilter> }>]
> = Type.Union([
  Type.Object(
    { ids: Type.Array(Type.Integer(), { minItems: 1, maxItems: IDS_MAX }) },
    { additionalProperties: false },
  ),
  Type.Object({ filter: FILTER }, { additionalProperties: false }),
]);

/** The match of a route. */
export const MATCH: TOptional<TUnsafe<Match>> = Type.Optional(
  Type.Unsafe<Match>(
    Type.Object({}, { additionalProperties: true, description: 'As the match of a route.' }),
  ),
);
