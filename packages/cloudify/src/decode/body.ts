import { fail, isNestedDeeper, ok, parsePythonJson } from '@viaduct/core';
import type { CodecError, JsonValue, Result } from '@viaduct/core';
import type { CloudifyMessage } from '../message.ts';

/** The largest body that is read, in bytes: a traceback and its parameters have some kilobytes. */
const BODY_BYTES_MAX: number = 16 * 1024 * 1024;

/** How deep a body may be nested: what is deeper would overflow any recursive reader behind us. */
const BODY_DEPTH_MAX = 100;

/**
 * Parses the body of a message. Integers beyond 2^53, which Python sends as they are and
 * `JSON.parse` would round, become texts of their digits; NaN and Infinity, which Python writes and
 * JSON does not know, become null.
 */
export function parseBody({ body }: CloudifyMessage): Result<JsonValue, CodecError> {
  if (body.length > BODY_BYTES_MAX) {
    const message = `the body has ${body.length} bytes or more; at most ${BODY_BYTES_MAX} are read`;
    return fail({ code: 'VIA_CLOUDIFY_BODY_TOO_LARGE', message, path: 'body' });
  }
  if (typeof body !== 'string') {
    const message = 'the body is not UTF-8';
    return fail({ code: 'VIA_CLOUDIFY_BODY_NOT_UTF8', message, path: 'body' });
  }
  if (isNestedDeeper(body, BODY_DEPTH_MAX)) {
    const message = `the body is nested deeper than ${BODY_DEPTH_MAX} levels`;
    return fail({ code: 'VIA_CLOUDIFY_BODY_TOO_DEEP', message, path: 'body' });
  }
  try {
    return ok(parsePythonJson(body));
  } catch (error) {
    const message = `not JSON: ${(error as Error).message.slice(0, 200)}`;
    return fail({ code: 'VIA_CLOUDIFY_BODY_NOT_JSON', message, path: 'body' });
  }
}
