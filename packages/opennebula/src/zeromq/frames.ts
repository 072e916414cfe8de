import { createHash } from 'node:crypto';

import { fingerprint, ok, fail, type Malformed, type Result } from '@viaduct/core';

import { FRAMES, KEY_LENGTH_MAX, type OpennebulaMessage } from '../message.ts';

/** How many frames of a malformed message are described; a hostile one may have thousands. */
const FRAMES_DESCRIBED_MAX = 16;

/** Longest frame whose fingerprint is taken, bytes; one of 50 MB is described by its length. */
const FINGERPRINT_BYTES_MAX = 1024 * 1024;

/**
 * A received message out of its frames: exactly two, of which the second is no longer than
 * `bytesMax`. Both are read as Latin-1, one character a byte, which is right for keys and base64
 * and loses nothing of what is neither.
 */
export function readFrames(
  frames: readonly Uint8Array[],
  bytesMax: number,
): Result<OpennebulaMessage, Malformed> {
  const [key, content] = frames;
  if (frames.length !== FRAMES || key === undefined || content === undefined) {
    const count = frames.length === 1 ? 'one frame' : `${frames.length} frames`;
    const message = `a message of ${count} was received; OpenNebula sends two, a key and a content`;
    return malformed('VIA_OPENNEBULA_FRAMES_WRONG', message, frames);
  }
  if (content.length > bytesMax || key.length > bytesMax) {
    const longest = Math.max(content.length, key.length);
    const message = `a frame of ${longest} bytes was received; at most ${bytesMax} are read`;
    return malformed('VIA_OPENNEBULA_CONTENT_TOO_LARGE', message, frames);
  }
  return ok({ key: latin1(key), content: latin1(content) });
}

/** The length of all frames together, bytes. */
export function framesLength(frames: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const frame of frames) bytes += frame.length;
  return bytes;
}

/**
 * The frames of a message, as they go on the wire. A key with characters that Latin-1 has not came
 * from another dialect, never from the wire, and is written in UTF-8.
 */
export function writeFrames(message: OpennebulaMessage): [Uint8Array, Uint8Array] {
  const { key, content } = message;
  const isWide = /[^\0-\xff]/.test(key);
  return [Buffer.from(key, isWide ? 'utf8' : 'latin1'), Buffer.from(content, 'latin1')];
}

function malformed(
  code: 'VIA_OPENNEBULA_FRAMES_WRONG' | 'VIA_OPENNEBULA_CONTENT_TOO_LARGE',
  message: string,
  frames: readonly Uint8Array[],
): Result<never, Malformed> {
  const described = frames.slice(0, FRAMES_DESCRIBED_MAX).map(describe);
  if (frames.length > described.length) {
    described.push(`and ${frames.length - described.length} more`);
  }
  const text = described.join('\n');
  const hash = createHash('sha256');
  for (const frame of frames) hash.update(frame);
  const sha256 = hash.digest('hex');
  return fail({ error: { code, message }, text, bytes: framesLength(frames), sha256 });
}

/** No word of a key is as long as the shortest body in base64, which may be in the same frame. */
const LONG_WORD = /\S{65}/;

/**
 * A frame for people. Keys are shown; everything else may hold secrets (encoded, so that they
 * cannot be found and replaced) and is told by its length and fingerprint.
 */
function describe(frame: Uint8Array): string {
  if (frame.length <= KEY_LENGTH_MAX) {
    const text = latin1(frame);
    if (/^(EVENT [A-Z]+ [\w./ -]*|RETRY ?)$/.test(text) && !LONG_WORD.test(text)) return text;
  }
  if (frame.length > FINGERPRINT_BYTES_MAX) return `<${frame.length} bytes>`;
  return `<${frame.length} bytes, fingerprint ${fingerprint(latin1(frame))}>`;
}

function latin1(bytes: Uint8Array): string {
  if (Buffer.isBuffer(bytes)) return bytes.toString('latin1'); // as ZeroMQ gives them
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
