/** Dead letters of the way in: what was received and could not be made into events. */
import { createHash } from 'node:crypto';
import { MALFORMED_TEXT_MAX, type CodecError, type Malformed } from '@viaduct/core';
import type { Entry, NativeRecord, NewDeadLetter } from '@viaduct/journal';
import type { RouteFailure } from '@viaduct/routing';
import type { SourceOptions } from '../options.ts';

/** For something that is no message of the dialect at all. */
export function malformedLetter(
  malformed: Malformed,
  dialect: string,
  source: string,
  at: number,
): NewDeadLetter {
  const { error, text, bytes, sha256 } = malformed;
  return {
    stage: 'receive',
    code: error.code,
    reason: `${reasonOf(error)} (${bytes} bytes received)`,
    source,
    at,
    native: { dialect, text: text.slice(0, MALFORMED_TEXT_MAX), redactions: [] },
    ...(sha256 === undefined ? {} : { original: { bytes, sha256 } }),
    attempts: [],
  };
}

/**
 * For a message that could not be decoded. `original` is the text of the message before redaction:
 * only its length and hash are kept, so that it can be recognised in a capture; all of it where the
 * operator wants that.
 */
export function undecodableLetter(
  error: CodecError,
  native: NativeRecord,
  original: string,
  { name, keepOriginal = false }: Pick<SourceOptions, 'name' | 'keepOriginal'>,
  at: number,
): NewDeadLetter {
  return {
    stage: 'decode',
    code: error.code,
    reason: reasonOf(error),
    source: name,
    at,
    native: keepOriginal ? { ...native, text: original, redactions: [] } : native,
    original: {
      bytes: Buffer.byteLength(original),
      sha256: sha256(original),
    },
    attempts: [],
  };
}

/**
 * For the sinks that an event does not reach because a route has no answer to it: one each. An
 * event that is received again, because the process died before it was acknowledged, makes none
 * twice.
 */
export function unroutableLetters(
  failures: readonly RouteFailure[],
  { event, source, native, dedupe, unseen }: Omit<Entry, 'targets'>,
  at: number,
): readonly NewDeadLetter[] {
  const isNew = dedupe === undefined || unseen === true;
  return failures.flatMap(({ route, code, reason, targets }) =>
    targets.map((sink): NewDeadLetter => ({
      stage: 'route',
      code,
      reason: `route "${route}": ${reason}`,
      source,
      sink,
      at,
      event,
      ...(native === undefined ? {} : { native }),
      attempts: [],
      ...(isNew ? {} : { key: sha256(`${dedupe}\n${sink}`) }),
    })),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A codec's error as one sentence with its place. */
export function reasonOf(error: CodecError): string {
  return error.path === undefined ? error.message : `${error.message} (at ${error.path})`;
}
