/** Native messages as people read them: what is packed into a text is unpacked. */
import { fromBase64, isJsonObject, type JsonValue } from '@viaduct/core';

/** Texts are unpacked so deep: an oslo envelope in an AMQP body is two. */
const DEPTH_MAX = 4;

/**
 * A message in its JSON form with every text that is JSON replaced by what it says (a body, the
 * message in an oslo envelope), and Base64 of XML by the XML. Two messages are the same to a peer
 * when they are equal in this form; what is already unpacked stays as it is.
 */
export function readable(value: JsonValue): JsonValue {
  return unpack(value, 0);
}

function unpack(value: JsonValue, depth: number): JsonValue {
  if (typeof value === 'string') return unpackText(value, depth);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((one) => unpack(one, depth));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unpack(part, depth)]));
}

function unpackText(text: string, depth: number): JsonValue {
  if (depth < DEPTH_MAX && /^\s*[{[]/.test(text)) {
    try {
      return unpack(JSON.parse(text) as JsonValue, depth + 1);
    } catch {
      return text; // no JSON, but a text that begins like it
    }
  }
  return xmlOf(text) ?? text;
}

/** "<" followed by a letter, "?" or "!" begins so in Base64. */
const XML_IN_BASE64 = /^P[DEFGHIT]/;

/** Only where packing it again gives the same text: else something would be hidden. */
function xmlOf(text: string): string | undefined {
  if (!XML_IN_BASE64.test(text)) return undefined;
  const bytes = fromBase64(text);
  if (bytes === undefined) return undefined;
  try {
    const xml = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const isSame =
      Buffer.from(xml).toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
    return isSame && xml.startsWith('<') ? xml.trimEnd() : undefined;
  } catch {
    return undefined; // other bytes
  }
}
