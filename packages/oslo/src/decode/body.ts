import { textHeader, textOf } from '@viaduct/amqp/codec';
import { fail, ok, type CodecError, type Result } from '@viaduct/core';
import { Unzlib } from 'fflate';
import { COMPRESSION_HEADER, type OsloMessage } from '../message.ts';

/**
 * The largest body that is read, in bytes, packed or unpacked: notifications have some kilobytes,
 * the largest that OpenStack's services send (sensors, metrics) some hundred.
 */
export const BODY_BYTES_MAX: number = 16 * 1024 * 1024;

/**
 * How deep a body may be nested. Real ones reach about 12; what is deeper than this would overflow
 * the stack of any recursive reader behind us.
 */
export const BODY_DEPTH_MAX = 100;

/** The body of a message as a text: unpacked, within bounds. */
export function bodyText(message: OsloMessage): Result<string, CodecError> {
  const { body } = message;
  if (body.length > BODY_BYTES_MAX) return tooLarge(body.length);
  if (typeof body === 'string') return uncompressed(message) ?? ok(body);
  return packedText(message, body) ?? notUtf8();
}

/** The text in a compressed body; `undefined` where the message does not say it is compressed. */
export function packedText(
  message: OsloMessage,
  bytes: Uint8Array,
): Result<string, CodecError> | undefined {
  const compression = textHeader(message, COMPRESSION_HEADER);
  if (compression === undefined) return undefined;
  if (!ZLIB_NAMES.includes(compression)) return unsupported(compression);
  const unpacked = inflate(bytes);
  if (!unpacked.ok) return unpacked;
  const text = textOf(unpacked.value);
  return typeof text === 'string' ? ok(text) : notUtf8();
}

/**
 * A text is never what a compression made. Where a header says so all the same, the body is the
 * mask that redaction put in the place of one it could not unpack, or the sender is mistaken.
 */
function uncompressed(message: OsloMessage): Result<never, CodecError> | undefined {
  const compression = textHeader(message, COMPRESSION_HEADER);
  if (compression === undefined) return undefined;
  return ZLIB_NAMES.includes(compression) ? broken() : unsupported(compression);
}

function unsupported(compression: string): Result<never, CodecError> {
  return fail({
    code: 'VIA_OSLO_COMPRESSION_UNSUPPORTED',
    message: `the body is compressed with ${JSON.stringify(compression)}; only zlib can be read`,
    path: `properties.headers.${COMPRESSION_HEADER}`,
  });
}

/** What kombu calls gzip is a zlib stream (RFC 1950), not RFC 1952; see kombu/compression.py. */
const ZLIB_NAMES: readonly string[] = ['application/x-gzip', 'application/gzip', 'gzip', 'zlib'];

function inflate(bytes: Uint8Array): Result<Uint8Array, CodecError> {
  const chunks: Uint8Array[] = [];
  const end = { reached: false };
  let length = 0;
  try {
    const stream = new Unzlib((chunk, final) => {
      length += chunk.length;
      if (length <= BODY_BYTES_MAX) chunks.push(chunk);
      end.reached ||= final;
    });
    for (let start = 0; start < bytes.length && length <= BODY_BYTES_MAX; start += PIECE_BYTES) {
      const piece = bytes.subarray(start, start + PIECE_BYTES);
      stream.push(piece, start + PIECE_BYTES >= bytes.length);
    }
  } catch {
    return broken();
  }
  if (length > BODY_BYTES_MAX) return tooLarge(length);
  return end.reached ? ok(joined(chunks, length)) : broken();
}

/**
 * How much is unpacked at a time: zlib unpacks to at most some thousand times its size, so a bomb
 * is noticed before it has taken more memory than a few megabytes over the limit.
 */
const PIECE_BYTES = 1024;

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

function broken(): Result<never, CodecError> {
  return fail({
    code: 'VIA_OSLO_COMPRESSION_BROKEN',
    message: `the body is no complete zlib stream, or of more than ${BODY_BYTES_MAX} bytes unpacked`,
    path: 'body',
  });
}

function notUtf8(): Result<never, CodecError> {
  return fail({
    code: 'VIA_OSLO_BODY_NOT_UTF8',
    message: 'the body is not UTF-8, and no header says that it is compressed',
    path: 'body',
  });
}

function tooLarge(length: number): Result<never, CodecError> {
  return fail({
    code: 'VIA_OSLO_BODY_TOO_LARGE',
    message: `the body has ${length} bytes or more; at most ${BODY_BYTES_MAX} are read`,
    path: 'body',
  });
}
