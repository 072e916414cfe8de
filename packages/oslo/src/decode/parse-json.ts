import { fail, isNestedDeeper, ok, parsePythonJson } from '@viaduct/core';
import type { CodecError, JsonValue, Result } from '@viaduct/core';
import { BODY_DEPTH_MAX } from './body.ts';

/** Parses the JSON of a notification; `path` says where it stood, for the error. */
export function parseJson(text: string, path: string): Result<JsonValue, CodecError> {
  if (isNestedDeeper(text, BODY_DEPTH_MAX)) {
    return fail({
      code: 'VIA_OSLO_BODY_TOO_DEEP',
      message: 'the body is nested deeper than any notification',
      path,
    });
  }
  try {
    return ok(parsePythonJson(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail({
      code: 'VIA_OSLO_BODY_NOT_JSON',
      message: `not JSON: ${why.slice(0, 200)}`,
      path,
    });
  }
}
