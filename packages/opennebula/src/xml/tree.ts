import { fail, isJsonObject, ok } from '@viaduct/core';
import type { CodecError, JsonObject, Result } from '@viaduct/core';
import { XMLParser } from 'fast-xml-parser';
import { notXml, problemError, refusedError } from '../decode/body-problem.ts';
import { DEPTH_MAX, Outline, readOutline, resolveEntities } from './outline.ts';

/**
 * The whole of an XML text as a tree: elements become members, repeated ones lists, text stays
 * text. For whoever wants more than an event says: template, history, monitoring. Parsing whole is
 * some 15 times as dear as the outline that events are made from, so nothing on the way of an
 * event does it for the objects it knows.
 *
 * fast-xml-parser never sees a text that the outline refuses: it is lenient in the wrong places,
 * and expands the entities of a DOCTYPE. Values are neither trimmed nor made numbers, and names
 * such as `__proto__` are refused by it.
 */
export function readTree(xml: string): Result<JsonObject, CodecError> {
  const outline = readOutline(xml);
  if (!(outline instanceof Outline)) return fail(problemError(outline));
  try {
    const tree: unknown = parser.parse(xml);
    return isJsonObject(tree) ? ok(tree) : fail(notXml('no element'));
  } catch (cause) {
    return fail(refusedError(cause instanceof Error ? cause.message : 'refused by the parser'));
  }
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
  // The same reading of entities as in events: its own knows no numeric ones without HTML's.
  entityDecoder: {
    decode: resolveEntities,
    addInputEntities: nothing,
    setExternalEntities: nothing,
    setXmlVersion: nothing,
    reset: nothing,
  },
  maxNestedTags: DEPTH_MAX,
});

function nothing(): void {
  // there are no entities but XML's own: a DOCTYPE never gets here
}
