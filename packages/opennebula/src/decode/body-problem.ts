import type { CodecError } from '@viaduct/core';
import type { OutlineProblem } from '../xml/outline.ts';

/** A problem of the outline as an error of the codec. */
export function problemError(problem: OutlineProblem): CodecError {
  const where = `${problem.message} at character ${problem.offset}`;
  return problem.refused ? refusedError(where) : notXml(where);
}

/** A body that is no well-formed XML. */
export function notXml(why: string): CodecError {
  return {
    code: 'VIA_OPENNEBULA_BODY_NOT_XML',
    message: `the body is not well-formed XML: ${why}`,
    path: 'content',
  };
}

/** A body that is XML of a kind that no hook manager writes and that is not read. */
export function refusedError(why: string): CodecError {
  return {
    code: 'VIA_OPENNEBULA_BODY_REFUSED',
    message: `the body holds XML that is refused: ${why}`,
    path: 'content',
  };
}

/** A body that lacks what every message of its type has. */
export function incomplete(path: string): CodecError {
  return {
    code: 'VIA_OPENNEBULA_BODY_INCOMPLETE',
    message: `the body has no ${path}`,
    path,
  };
}
