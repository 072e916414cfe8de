import {
  isStateOf,
  isTrail,
  isUuid,
  KINDS,
  readTraceparent,
  trailThrough,
  type CanonicalEvent,
  type EncodeContext,
  type EventData,
  type Kind,
  type StateValue,
} from '@viaduct/core';
import { Outline, readOutline } from './xml/outline.ts';
import { element } from './xml/xml-text.ts';

/**
 * What a message carries of Viaduct itself: an element at the very end of HOOK_MESSAGE, after
 * everything that OpenNebula's own readers look for.
 *
 *   <VIADUCT><ID>uuid</ID><TRAIL>broker broker</TRAIL><SUBJECT>compute/uuid</SUBJECT>
 *     <TRACEPARENT>00-…</TRACEPARENT></VIADUCT>
 *
 * ID is the canonical event's, TRAIL the brokers passed, SUBJECT the resource as its own system
 * calls it, where that is no number and OpenNebula's readers got a derived one, TRACEPARENT the
 * trace context, where the event has one.
 */
const TRAIL_ELEMENT = 'VIADUCT';

/** Longest subject that is believed, characters. */
const SUBJECT_LENGTH_MAX = 1024;

/** The trail element's content, as far as it is credible. */
export interface Trail {
  readonly id?: string;
  readonly trail?: string;
  readonly traceparent?: string;
  readonly subject?: { readonly kind: Kind; readonly id: string };
}

/**
 * Reads the trail element at the end of a body; nothing where there is none. Found from the end,
 * so that it is also read where the rest of an API body is no XML. The body may be given as bytes;
 * `textOf` makes the text of a part of it.
 */
export function readTrail(xml: string, textOf: (part: string) => string = asItIs): Trail {
  const place = trailPlace(xml);
  if (place === undefined) return NO_TRAIL;
  const outline = readOutline(textOf(xml.slice(...place)));
  if (!(outline instanceof Outline)) return {};
  const id = outline.text(0, 'ID') ?? '';
  const trail = outline.text(0, 'TRAIL');
  const traceparent = readTraceparent(outline.text(0, 'TRACEPARENT'));
  const subject = parseSubject(outline.text(0, 'SUBJECT') ?? '');
  return {
    ...(isUuid(id) ? { id } : {}),
    ...(isTrail(trail) ? { trail } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(subject ? { subject } : {}),
  };
}

const NO_TRAIL: Trail = {};

function asItIs(part: string): string {
  return part;
}

const TRAIL_END = /<\/VIADUCT>\s{0,16}<\/HOOK_MESSAGE>\s{0,16}$/;
const END_LENGTH = 64; // longest that the pattern above matches, and some

/** From the start to the end of the trail element. */
function trailPlace(xml: string): readonly [number, number] | undefined {
  const tail = Math.max(0, xml.length - END_LENGTH);
  const end = TRAIL_END.exec(xml.slice(tail));
  if (end === null) return undefined;
  const start = xml.lastIndexOf(`<${TRAIL_ELEMENT}>`);
  return start < 0 ? undefined : [start, tail + end.index + `</${TRAIL_ELEMENT}>`.length];
}

/** A body with another trail element, or its first; `undefined` where it has no proper end. */
export function withTrail(xml: string, trail: string): string | undefined {
  const place = trailPlace(xml);
  if (place !== undefined) return xml.slice(0, place[0]) + trail + xml.slice(place[1]);
  const end = xml.lastIndexOf('</HOOK_MESSAGE>');
  return end < 0 ? undefined : xml.slice(0, end) + trail + xml.slice(end);
}

/**
 * The data of an event with the resource that its trail names. Only where the message can have
 * been made from it: a volume went out as an image, everything else under its own kind.
 */
export function adoptSubject(data: EventData, { subject }: Trail): EventData {
  const { resource } = data;
  if (subject === undefined) return data;
  if (subject.kind === resource.kind) return { ...data, resource: { ...resource, id: subject.id } };
  if (subject.kind !== 'storage' || resource.kind !== 'image') return data;
  const { state, attributes } = data;
  const { sizeBytes, ...others } = attributes ?? {};
  return {
    ...data,
    resource: { ...resource, ...subject },
    ...(state === undefined
      ? {}
      : { state: { ...state, ...asStorage(state), ...previous(state) } }),
    attributes:
      sizeBytes === undefined ? others : { ...others, diskGiB: sizeBytes / (1024 * 1024 * 1024) },
  };
}

function previous(state: { readonly previous?: StateValue }): { readonly previous?: StateValue } {
  return state.previous === undefined ? {} : { previous: asStorage(state.previous) };
}

function asStorage({ value, native }: StateValue): StateValue {
  return { value: isStateOf('storage', value) ? value : 'unknown', native };
}

function parseSubject(text: string): { readonly kind: Kind; readonly id: string } | undefined {
  if (text.length > SUBJECT_LENGTH_MAX) return undefined;
  const slash = text.indexOf('/');
  const kind = KINDS.find((name) => name === text.slice(0, slash));
  const id = text.slice(slash + 1);
  return kind === undefined || id === '' ? undefined : { kind, id };
}

/** Writes the trail element for an event that this broker sends on. */
export function formatTrail(
  event: CanonicalEvent,
  context: Pick<EncodeContext<unknown>, 'brokerId'>,
  withSubject: boolean,
): string {
  const trail = trailThrough(event.trail, context.brokerId);
  return element(
    TRAIL_ELEMENT,
    element('ID', event.id) +
      (trail === '' ? '' : element('TRAIL', trail)) +
      (withSubject ? element('SUBJECT', event.subject) : '') +
      (event.traceparent === undefined ? '' : element('TRACEPARENT', event.traceparent)),
    'markup',
  );
}
