import { isJsonObject, type JsonValue } from '@viaduct/core';

/**
 * What a codec's `parse` is given for a pasted message: XML as a text, JSON as the value it is, be
 * it a message in the dialect's JSON form or a bare body. Throws a `SyntaxError` where it is
 * neither.
 */
export function readMessageText(text: string): JsonValue {
  if (text.trimStart().startsWith('<')) return text;
  const value = JSON.parse(text) as JsonValue;
  return hasExactNumbers(text, value) ? value : { body: text };
}

/** Numbers of so many digits may not survive being parsed. */
const LONG_NUMBER = /[:[,\s]-?\d{16}/;

/**
 * Whether a value says all that its text does. A bare body with 64-bit numbers does not: as the
 * text of a message's `body` it keeps them.
 */
function hasExactNumbers(text: string, value: JsonValue): boolean {
  const isMessage =
    isJsonObject(value) && ['body', 'content', 'metadata'].some((key) => key in value);
  return isMessage || !LONG_NUMBER.test(text);
}
