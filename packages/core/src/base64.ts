import { latin1Bytes, latin1Text } from './latin1.ts';

/** Bytes as base64 (RFC 4648 clause 4), padded. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(latin1Text(bytes));
}

/** The bytes of a base64 text, with or without padding; `undefined` where it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return latin1Bytes(atob(text));
  } catch {
    return undefined;
  }
}
