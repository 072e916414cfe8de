/** Schemas that several routes share. They describe answers; requests are described where read. */
import { SEVERITIES, type Severity } from '@viaduct/core';
import { Type, type TInteger, type TSchema, type TUnsafe } from 'typebox';

/** Milliseconds since the epoch. */
export const TIME: TSchema = Type.Integer({ description: 'Milliseconds since the epoch.' });

/** The same where it is asked for. */
export const MOMENT: TInteger = Type.Integer({ description: 'Milliseconds since the epoch.' });

/** One of some words; whoever writes another is told all of them. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  about: { readonly description?: string; readonly default?: Word } = {},
): TUnsafe<Word> {
  return Type.Unsafe<Word>({ type: 'string', enum: words, ...about });
}

/** At least how severe an event is. */
export const SEVERITY: TUnsafe<Severity> = oneOf(SEVERITIES, { description: 'This or worse.' });

/** Anything that is an object: described by its own published schema, or by its source. */
export const OBJECT: TSchema = Type.Object({}, { additionalProperties: true });

/** A canonical event; see packages/core/schema/event-data-1.json. */
export const EVENT: TSchema = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: Type.String(),
    source: Type.String(),
    type: Type.String(),
    subject: Type.String(),
    time: Type.String({ format: 'date-time' }),
    data: Type.Object({}, { additionalProperties: true }),
  },
  {
    additionalProperties: true,
    description: 'A canonical event: a CloudEvent whose data follows urn:viaduct:event-data:1.',
  },
);

/** An error; see the file `problem-body.ts`. */
export const PROBLEM: TSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'Explained in docs/errors.' }),
    message: Type.String(),
    problems: Type.Optional(
      Type.Array(Type.Object({}, { additionalProperties: true }), {
        description: 'What is wrong with the request, each with its path.',
      }),
    ),
  },
  { additionalProperties: true, description: 'A problem of RFC 9457.' },
);

/** What every route may answer beside what it is for. */
export function answers(ok: TSchema, status = 200): Record<string, TSchema> {
  return { [String(status)]: ok, default: PROBLEM };
}
