import { fail, isJsonObject, ok, type CodecError } from '@viaduct/core';
import type { JsonObject, JsonValue, Result } from '@viaduct/core';
import { readApiBody } from './decode/api-body.ts';
import { incomplete } from './decode/body-problem.ts';
import { contentBytes, formatContent } from './decode/content.ts';
import { bodyKeys, formatApiKey } from './key.ts';
import type { OpennebulaMessage } from './message.ts';
import { Outline, readOutline } from './xml/outline.ts';

/** A message in the form of files and of `viaduct translate`: `{"key": …, "content": base64}`. */
export function formatMessage(native: OpennebulaMessage): JsonObject {
  return { key: native.key, content: native.content };
}

/** The text of `formatMessage`. Base64 needs no escapes: nobody has to look for them in it. */
export function formatMessageText(native: OpennebulaMessage): string {
  const { key, content } = native;
  return isNothingButBase64(content)
    ? `{"key":${JSON.stringify(key)},"content":"${content}"}`
    : JSON.stringify(formatMessage(native));
}

/** Base64 with all its padding and just the length that its bytes take has no room for blanks. */
function isNothingButBase64(content: string): boolean {
  const length = contentBytes(content)?.length;
  if (length === undefined) return false;
  const padding = '=='.slice(0, (3 - (length % 3)) % 3);
  return content.length === 4 * Math.ceil(length / 3) && content.endsWith(padding);
}

/**
 * The inverse of `formatMessage`. A text is taken for a bare body, and the message gets the key
 * by state that the real driver would publish it under.
 */
export function parseMessage(value: JsonValue): Result<OpennebulaMessage, CodecError> {
  if (typeof value === 'string') return parseBody(value);
  if (!isJsonObject(value)) return fail(invalid('an object with key and content, or an XML text'));
  const { key, content } = value;
  if (typeof key !== 'string') return fail(invalid('a text under key', 'key'));
  if (typeof content !== 'string') return fail(invalid('a text under content', 'content'));
  return ok({ key, content });
}

function parseBody(xml: string): Result<OpennebulaMessage, CodecError> {
  const key = keyOf(xml);
  return key === undefined
    ? fail(incomplete('HOOK_TYPE'))
    : ok({ key, content: formatContent(xml.trim()) });
}

function keyOf(xml: string): string | undefined {
  const outline = readOutline(xml);
  if (!(outline instanceof Outline)) {
    const call = readApiBody(xml, undefined);
    // Any other damage is decode's to name: its key only has to be one.
    return call === undefined ? DAMAGED : formatApiKey(call.call, call.result === '1');
  }
  if (outline.child(0, 'HOOK_ID') >= 0) return 'RETRY';
  const keys = bodyKeys(outline);
  if (keys !== undefined) return keys[1] ?? keys[0];
  const type = outline.text(0, 'HOOK_TYPE')?.trim();
  return type === undefined ? undefined : `EVENT ${type} `;
}

/** What a damaged state document comes under. */
const DAMAGED = 'EVENT STATE ';

function invalid(expected: string, path?: string): CodecError {
  return {
    code: 'VIA_OPENNEBULA_FORM_INVALID',
    message: `the JSON form of a message is ${expected}`,
    ...(path === undefined ? {} : { path }),
  };
}
