import { fail, ok, type CodecError, type Result } from '@viaduct/core';
import { CONTENT_BYTES_MAX } from './message.ts';

const HIGH_BYTE = /[\x80-\xff]/;
const NOT_ASCII = /[^\x00-\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const encoder = new TextEncoder();

/**
 * The bytes of a content frame, one character a byte; `undefined` where it is not base64. Blanks
 * and line breaks in it are passed over, as Ruby's readers do: RETRY has a trailing blank.
 */
export function contentBytes(content: string): string | undefined {
  try {
    return atob(content);
  } catch {
    return undefined;
  }
}

/** The XML text of a content frame. */
export function parseContent(content: string): Result<string, CodecError> {
  if (content.length > CONTENT_BYTES_MAX) {
    return fail({
      code: 'VIA_OPENNEBULA_CONTENT_TOO_LARGE',
      message: `the content has ${content.length} bytes; up to ${CONTENT_BYTES_MAX} are decoded`,
      path: 'content',
    });
  }
  const bytes = contentBytes(content);
  if (bytes === undefined) {
    return fail({
      code: 'VIA_OPENNEBULA_CONTENT_NOT_BASE64',
      message: 'the content frame is not base64',
      path: 'content',
    });
  }
  const text = bytesToText(bytes);
  return text === undefined
    ? fail({
        code: 'VIA_OPENNEBULA_BODY_NOT_UTF8',
        message: 'the body in the content frame is not UTF-8',
        path: 'content',
      })
    : ok(text);
}

/** UTF-8 bytes, one character a byte, as text; `undefined` where they are none. */
export function bytesToText(bytes: string): string | undefined {
  if (!HIGH_BYTE.test(bytes)) return bytes;
  const octets = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) octets[index] = bytes.charCodeAt(index);
  try {
    return utf8.decode(octets);
  } catch {
    return undefined;
  }
}

/** The inverse of `bytesToText`. */
export function textToBytes(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const octets = encoder.encode(text);
  let bytes = '';
  for (let index = 0; index < octets.length; index += CHUNK) {
    bytes += String.fromCharCode(...octets.subarray(index, index + CHUNK));
  }
  return bytes;
}

const CHUNK = 8192; // arguments of one fromCharCode call, well below every engine's limit

/** Base64 of an XML text's UTF-8, without line breaks: a content frame. */
export function formatContent(xml: string): string {
  return btoa(textToBytes(xml));
}
