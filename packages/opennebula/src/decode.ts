import {
  composeEvent,
  fail,
  fingerprint,
  occurrenceId,
  ok,
  sourceUri,
  type CodecError,
  type DecodeContext,
  type Decoded,
  type Result,
} from '@viaduct/core';
import { incomplete, problemError } from './decode/body-problem.ts';
import { bytesToText, parseContentBytes, runsToText, type ContentBytes } from './decode/content.ts';
import { decodeApi } from './decode/decode-api.ts';
import { decodeState } from './decode/decode-state.ts';
import type { DecodedBody } from './decode/decoded-body.ts';
import { parseKey, type OpennebulaKey } from './key.ts';
import { DIALECT, type OpennebulaMessage } from './message.ts';
import { Outline, readOutline } from './xml/outline.ts';
import { adoptSubject, readTrail, type Trail } from './trail.ts';

/**
 * Decodes one message. The key only has to be one of a hook manager; what happened is read from
 * the body. RETRY, replication between servers, and the calls that a follower of an HA set passes
 * on to its leader are understood and no events.
 */
export function decode(
  native: OpennebulaMessage,
  context: DecodeContext,
): Result<readonly Decoded[], CodecError> {
  const key = parseKey(native.key);
  if (key === undefined) return fail(keyError(native.key));
  if (key.family === 'retry') return ok([]);
  const content = parseContentBytes(native.content);
  if (!content.ok) return content;
  const body = decodeBytes(content.value);
  if (!body.ok) return body;
  if (body.value === undefined) return ok([]);
  const trail = readTrail(content.value.bytes, runsToText);
  return ok([compose(native, key, body.value, trail, context)]);
}

/**
 * A change of state is read from the bytes, whose few characters beyond ASCII would make a text of
 * twice the size; everything else from the text, as is all that has to be told what is wrong.
 */
function decodeBytes({ bytes, high }: ContentBytes): BodyResult {
  if (high !== undefined && !bytes.startsWith(BYTE_ORDER_MARK)) {
    const outline = readOutline(bytes, high);
    if (high.length === 0) return decodeBody(bytes, outline);
    const isState =
      outline instanceof Outline &&
      outline.hasName(0, 'HOOK_MESSAGE') &&
      outline.text(0, 'HOOK_TYPE')?.trim() === 'STATE';
    if (isState) return decodeState(outline);
  }
  const text = bytesToText(bytes) ?? '';
  return decodeBody(text, readOutline(text));
}

/** U+FEFF in UTF-8, one character a byte. */
const BYTE_ORDER_MARK = '\xef\xbb\xbf';

type BodyResult = Result<DecodedBody | undefined, CodecError>;

/** A body by its HOOK_TYPE; `undefined` for what is understood and no event. */
export function decodeBody(xml: string, outline: ReturnType<typeof readOutline>): BodyResult {
  if (!(outline instanceof Outline)) {
    // Only API bodies are malformed by nature; a state document that is, was damaged on its way.
    return API_BODY.test(xml) ? decodeApi(xml, undefined) : fail(problemError(outline));
  }
  if (!outline.hasName(0, 'HOOK_MESSAGE')) return fail(incomplete('HOOK_MESSAGE'));
  const type = outline.text(0, 'HOOK_TYPE')?.trim();
  if (type === 'API') return decodeApi(xml, outline);
  if (type === 'STATE') return decodeState(outline);
  if (type !== undefined && type !== '') return ok(otherBody(type, outline));
  return outline.child(0, 'HOOK_ID') < 0 ? fail(incomplete('HOOK_TYPE')) : ok(undefined);
}

const API_BODY = /^\s*<HOOK_MESSAGE>\s*<HOOK_TYPE>\s*API\s*<\/HOOK_TYPE>/;

/** A type of message that nobody knows yet: passed on by its name. */
function otherBody(type: string, outline: Outline): DecodedBody {
  const id = outline.text(0, 'RESOURCE_ID') ?? '';
  return {
    nativetype: type,
    data: {
      resource: { kind: 'request', type, id: id === '' ? type : id },
      action: 'other',
      nativeAction: type,
      severity: 'info',
    },
    facts: {},
  };
}

function compose(
  native: OpennebulaMessage,
  key: OpennebulaKey,
  body: DecodedBody,
  trail: Trail,
  context: DecodeContext,
): Decoded {
  const source = sourceOf(context.system);
  const bodyPrint = fingerprint(native.content.trimEnd());
  const id = trail.id?.toLowerCase() ?? occurrenceId(source, bodyPrint, context);
  const data = adoptSubject(body.data, trail);
  const asked = key.family === 'resync' ? key.askedAt : undefined;
  const nativetype = asked === undefined ? body.nativetype : resyncType(body.nativetype);
  const { traceparent } = trail;
  const traced = traceparent === undefined ? {} : { traceparent };
  const parts = { id, dialect: DIALECT, source, nativetype, ...traced, data };
  const event = composeEvent(parts, context);
  return {
    event: trail.trail === undefined ? event : { ...event, trail: trail.trail },
    facts: {
      ...body.facts,
      family: key.family,
      body: bodyPrint,
      ...(asked === undefined ? {} : { asked }),
    },
  };
}

/** `RESYNC VM/ACTIVE/RUNNING`: no change of state was told, the state was asked for. */
function resyncType(nativetype: string): string {
  return nativetype.replace(/^STATE /, 'RESYNC ');
}

/** The source asked for last: a broker has few, and one of them sends the next message, too. */
let lastSource = { system: '', uri: sourceUri(DIALECT, '') };

function sourceOf(system: string): string {
  if (system !== lastSource.system) lastSource = { system, uri: sourceUri(DIALECT, system) };
  return lastSource.uri;
}

const SHOWN_LENGTH = 80;

function keyError(key: string): CodecError {
  const shown = key.length > SHOWN_LENGTH ? `${key.slice(0, SHOWN_LENGTH)}…` : key;
  return {
    code: 'VIA_OPENNEBULA_KEY_MALFORMED',
    message: `${JSON.stringify(shown)} is no key of a hook manager: EVENT … or RETRY is expected`,
    path: 'key',
  };
}
