import { sha1 } from './sha1.ts';

/** Viaduct's own namespace for UUIDv5 (RFC 9562 clause 5.5), made once at random. */
const NAMESPACE = Uint8Array.of(
  0x6b,
  0x1f,
  0x0c,
  0x5e,
  0x3a,
  0x7d,
  0x4c,
  0x41,
  0x9e,
  0x52,
  0x0d,
  0x8b,
  0x27,
  0xf4,
  0x63,
  0x90,
);

const encoder = new TextEncoder();

/** The two hexadecimal digits of every byte. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** A UUIDv5 of a name in Viaduct's namespace: the same name, the same UUID, everywhere. */
export function uuidFromName(name: string): string {
  const digest = sha1(messageOf(name));
  digest[6] = ((digest[6] as number) & 0x0f) | 0x50;
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80;
  let uuid = '';
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) uuid += '-';
    uuid += HEX[digest[index] as number] as string;
  }
  return uuid;
}

/** Room for the names of nearly all ids, behind the namespace. */
const shortMessage = new Uint8Array(256);
shortMessage.set(NAMESPACE);
const shortName = shortMessage.subarray(NAMESPACE.length);

/** Good until the next name. */
function messageOf(name: string): Uint8Array {
  const { read, written } = encoder.encodeInto(name, shortName);
  if (read === name.length) return shortMessage.subarray(0, NAMESPACE.length + written);
  const text = encoder.encode(name);
  const message = new Uint8Array(NAMESPACE.length + text.length);
  message.set(NAMESPACE);
  message.set(text, NAMESPACE.length);
  return message;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID in its usual form (RFC 9562 clause 4), of any version. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
