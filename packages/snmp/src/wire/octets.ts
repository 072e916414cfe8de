import { fromBase64, fromLatin1, toBase64 } from './base64.ts';
import type { SnmpOctets, SnmpScalar, SnmpVarbind } from '../message.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** What plain text may not hold: control characters other than tab and line ends. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** The varbind for some octets: as text where they are plain UTF-8, else as base64. */
export function octetsVarbind(
  oid: string,
  type: 'OctetString' | 'Opaque',
  octets: Uint8Array,
): SnmpScalar | SnmpOctets {
  const text = type === 'OctetString' ? plainText(octets) : undefined;
  return text === undefined
    ? { oid, type, valueBase64: toBase64(octets) }
    : { oid, type, value: text };
}

function plainText(octets: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(octets);
    return CONTROL.test(text) ? undefined : text;
  } catch {
    return undefined; // the decoder's way of saying that it is not UTF-8
  }
}

/** The octets of an OCTET STRING or Opaque varbind; `undefined` for any other type. */
export function octetsOf(varbind: SnmpVarbind): Uint8Array | undefined {
  if (varbind.type !== 'OctetString' && varbind.type !== 'Opaque') return undefined;
  if ('valueBase64' in varbind) return fromBase64(varbind.valueBase64);
  return typeof varbind.value === 'string' ? encoder.encode(varbind.value) : undefined;
}

/** An OCTET STRING as text: UTF-8 where it is that, else ISO 8859-1, as old senders write. */
export function textOf(varbind: SnmpVarbind): string | undefined {
  if (!('valueBase64' in varbind)) {
    return typeof varbind.value === 'string' ? varbind.value : undefined;
  }
  const octets = octetsOf(varbind);
  if (octets === undefined) return undefined;
  try {
    return utf8.decode(octets);
  } catch {
    return fromLatin1(octets);
  }
}

/** The length of a text in UTF-8, bytes. */
export function utf8Length(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) >= 0x80) return encoder.encode(text).length;
  }
  return text.length; // ASCII, as nearly all of it is
}

/** The longest beginning of a text that takes at most `bytesMax` in UTF-8, whole characters. */
export function shortened(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax || utf8Length(text) <= bytesMax) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(Math.max(0, bytesMax)));
  return text.slice(0, read);
}
