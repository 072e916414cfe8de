import {
  ok,
  type CanonicalEvent,
  type CodecError,
  type EncodeContext,
  type Encoded,
  type Loss,
  type Result,
} from '@viaduct/core';
import { bytesToText, contentBytes, formatContent, textToBytes } from './decode/content.ts';
import { decodeBody } from './decode.ts';
import type { DecodedBody } from './decode/decoded-body.ts';
import { isOneCall, writeCall, writeInternalCall } from './encode/encode-call.ts';
import { writeState, type WrittenBody } from './encode/encode-state.ts';
import { createInventions } from './encode/inventions.ts';
import { bodyKeys, parseKey } from './key.ts';
import { lossesOf } from './encode/losses.ts';
import { OBJECT_OF_KIND } from './mapping/mapping-encode.ts';
import type { OpennebulaMessage } from './message.ts';
import { Outline, readOutline } from './xml/outline.ts';
import { adoptSubject, formatTrail, readTrail, withTrail } from './trail.ts';
import { element } from './xml/xml-text.ts';

type Context = EncodeContext<OpennebulaMessage>;
type Output = Encoded<OpennebulaMessage>;

/**
 * An event as the messages that a real driver would publish: a change of state under two or three
 * keys, an API call under one. With the message it came from at hand, that body goes out again to
 * the letter, but for its secrets and the trail element at its end.
 */
export function encode(event: CanonicalEvent, context: Context): Result<Output, CodecError> {
  const { native } = context;
  return ok(
    native === undefined ? encodeEvent(event, context) : encodeNative(event, native, context),
  );
}

function encodeNative(event: CanonicalEvent, native: OpennebulaMessage, context: Context): Output {
  const losses: Loss[] = (context.redactions ?? []).map(({ path }) => ({
    path,
    reason: 'redacted',
  }));
  const bytes = contentBytes(native.content);
  if (bytes === undefined)
    return { natives: [native], losses: [...losses, TRAIL_LOST], invented: [] };
  // Bytes are enough to find elements by, and go out as they came even where they are no UTF-8.
  const carriesSubject = readTrail(bytes).subject !== undefined;
  const sent = withTrail(bytes, textToBytes(formatTrail(event, context, carriesSubject)));
  if (sent === undefined) losses.push(TRAIL_LOST);
  const outline = readOutline(bytes);
  const keys = outline instanceof Outline ? bodyKeys(outline) : undefined;
  const content = sent === undefined ? native.content : btoa(sent);
  const texts = keys?.map((key) => bytesToText(key) ?? key) ?? [];
  return {
    natives: chosenKeys(texts, native.key, context).map((key) => ({ key, content })),
    losses,
    invented: [],
  };
}

/** The body has no end to put the trail before. */
const TRAIL_LOST: Loss = { path: 'trail', reason: 'unsupported' };

/** All keys of the body, and the message's own where it is of a form that they do not replace. */
function chosenKeys(
  derived: readonly string[],
  own: string | undefined,
  context: Context,
): readonly string[] {
  const wanted =
    context.options?.['copies'] === 'state'
      ? derived.filter((key) => key.startsWith('EVENT STATE ') || key.startsWith('EVENT API '))
      : derived;
  if (own === undefined || derived.some((key) => key.trimEnd() === own.trimEnd())) return wanted;
  const family = parseKey(own)?.family;
  const replaced = (family === 'short' || family === 'resync') && wanted.length > 0;
  return replaced ? wanted : [...wanted, own];
}

function encodeEvent(event: CanonicalEvent, context: Context): Output {
  const inventions = createInventions();
  const written = writeBody(event, inventions);
  const body = element('HOOK_MESSAGE', written.inner, 'markup');
  const sent = withTrail(body, formatTrail(event, context, true)) ?? body;
  const content = formatContent(sent);
  return {
    natives: chosenKeys(written.keys, undefined, context).map((key) => ({ key, content })),
    losses: lossesOf(event, readBack(sent)),
    invented: inventions.list,
  };
}

function writeBody(
  event: CanonicalEvent,
  inventions: ReturnType<typeof createInventions>,
): WrittenBody {
  if (isOneCall(event)) return writeCall(event);
  const object = OBJECT_OF_KIND[event.data.resource.kind];
  return object === undefined
    ? writeInternalCall(event, inventions)
    : writeState(event, object, inventions);
}

/** What decode will make of a body. */
function readBack(xml: string): Pick<DecodedBody, 'nativetype' | 'data'> | undefined {
  const body = decodeBody(xml, readOutline(xml));
  if (!body.ok || body.value === undefined) return undefined;
  const { nativetype, data } = body.value;
  return { nativetype, data: adoptSubject(data, readTrail(xml)) };
}
