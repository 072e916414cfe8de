import {
  isJsonObject,
  KINDS,
  type EventAttributes,
  type EventData,
  type ExtraAttribute,
  type JsonObject,
  type JsonValue,
  type Kind,
  type Severity,
} from '@viaduct/core';
import { SEVERITY_NUMBERS, SEVERITY_TEXTS } from '../mapping.ts';
import { ID_EXTENSION, textAttribute, TRACE_EXTENSION, TRAIL_EXTENSION } from '../message.ts';
import { readType } from './read-type.ts';

/** What becomes an attribute of the event itself, or is only the envelope's. */
const NOT_EXTRA: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  TRACE_EXTENSION,
  'datacontenttype',
  'data',
  'data_base64',
  'severitytext',
  'severitynumber',
  ID_EXTENSION,
  TRAIL_EXTENSION,
]);

/** Data beyond these bounds stays in the native record alone. */
const EXTRA_MEMBERS_MAX = 64;
const EXTRA_CHARACTERS_MAX = 16_384;

/** The canonical data of an event of somebody else's type. */
export function readData(event: JsonObject): EventData {
  const type = textAttribute(event, 'type') ?? '';
  const { kind, noun, action, nativeAction, phase, state } = readType(type);
  const failed = phase === 'error' || state?.value === 'failed';
  const succeeded = phase === 'end' || state?.value === 'succeeded';
  const attributes = readAttributes(event);
  return {
    resource: { ...resourceOf(event, kind), ...(noun === undefined ? {} : { type: noun }) },
    action,
    ...(nativeAction === undefined ? {} : { nativeAction }),
    ...(phase === undefined ? {} : { phase }),
    ...(state === undefined ? {} : { state }),
    ...(failed ? { outcome: 'failure' } : succeeded ? { outcome: 'success' } : {}),
    severity: severityOf(event) ?? (failed ? 'error' : 'info'),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** The subject names the resource; `<kind>/<id>` says its kind too. Else the source does. */
function resourceOf(event: JsonObject, kind: Kind): { readonly kind: Kind; readonly id: string } {
  const subject = textAttribute(event, 'subject');
  if (subject === undefined) return { kind, id: textAttribute(event, 'source') ?? '' };
  const slash = subject.indexOf('/');
  const named = KINDS.find((known) => known === subject.slice(0, slash));
  const id = subject.slice(slash + 1);
  return named === undefined || id === '' ? { kind, id: subject } : { kind: named, id };
}

function severityOf(event: JsonObject): Severity | undefined {
  const text = textAttribute(event, 'severitytext')?.toLowerCase();
  if (text !== undefined && Object.hasOwn(SEVERITY_TEXTS, text)) return SEVERITY_TEXTS[text];
  const number = Object.hasOwn(event, 'severitynumber') ? Number(event['severitynumber']) : NaN;
  if (!(number >= 1)) return undefined;
  return SEVERITY_NUMBERS.find(([highest]) => number <= highest)?.[1];
}

function readAttributes(event: JsonObject): EventAttributes | undefined {
  const extra: ExtraAttribute[] = [];
  let room = EXTRA_CHARACTERS_MAX;
  const keep = (name: string, value: JsonValue): void => {
    room -= name.length + JSON.stringify(value).length;
    if (room >= 0 && extra.length < EXTRA_MEMBERS_MAX) extra.push({ name, value });
  };
  for (const [name, value] of Object.entries(event)) {
    if (!NOT_EXTRA.has(name)) keep(name, value);
  }
  const { data } = event;
  if (isJsonObject(data)) {
    for (const [name, value] of Object.entries(data)) keep(`data.${name}`, value);
  } else if (data !== undefined) keep('data', data);
  return extra.length === 0 ? undefined : { extra };
}
