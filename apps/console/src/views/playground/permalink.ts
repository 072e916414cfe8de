/**
 * A message and its dialects as a path, so that a link shows the same translation to somebody else:
 * `/opennebula/oslo/<text>`, the text deflated (RFC 1951) and in base64url (RFC 4648 clause 5). It
 * is in the fragment of the address, so no server sees it.
 */
export interface Exhibit {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** Longest text that is put into a link, in characters: addresses have an end. */
export const LINK_TEXT_MAX = 20_000;

/** Most characters a link may unpack to, so that a small hostile one cannot fill the memory. */
const UNPACKED_MAX = 1_000_000;

/** The path of an exhibit; without its text where that is too long. */
export async function pathOf({ from, to, text }: Exhibit): Promise<string> {
  const dialects = `/${encodeURIComponent(from)}/${encodeURIComponent(to)}`;
  if (text === '' || text.length > LINK_TEXT_MAX) return dialects;
  const packed = through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'));
  return `${dialects}/${toBase64Url(await packed)}`;
}

/** The exhibit of a path; without its text where that is damaged or too long. */
export async function exhibitOf(path: string): Promise<Partial<Exhibit>> {
  const [, from, to, packed] = /^\/([^/]+)\/([^/]+)(?:\/([\w-]+))?$/.exec(path) ?? [];
  if (from === undefined || to === undefined) return {};
  const dialects = { from: decodeURIComponent(from), to: decodeURIComponent(to) };
  if (packed === undefined) return dialects;
  try {
    const bytes = await through(fromBase64Url(packed), new DecompressionStream('deflate-raw'));
    return { ...dialects, text: new TextDecoder().decode(bytes) };
  } catch {
    return dialects;
  }
}

async function through(bytes: Uint8Array, stream: GenericTransform): Promise<Uint8Array> {
  const source = new Blob([Uint8Array.from(bytes)]).stream();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = source.pipeThrough(stream).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > UNPACKED_MAX) throw new RangeError('the text of the link is too long');
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts.map((part) => Uint8Array.from(part))).arrayBuffer());
}

type GenericTransform = CompressionStream | DecompressionStream;

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
