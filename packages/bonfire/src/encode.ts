import { trailHeaders } from '@viaduct/amqp/codec';
import {
  ok,
  parseSourceUri,
  type CanonicalEvent,
  type CodecError,
  type EncodeContext,
  type Encoded,
  type Invention,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { decode } from './decode.ts';
import { readEncodeOptions, type BonfireEncodeOptions } from './encode/encode-options.ts';
import { encodeSame } from './encode/encode-same.ts';
import { wordsOf, type EventWords } from './encode/encode-word.ts';
import { lossesOf } from './encode/losses.ts';
import { nounOf, type ObjectNoun } from './mapping/mapping-kinds.ts';
import { DIALECT, type BonfireMessage } from './message.ts';
import { experimentPath, objectDataOf } from './decode/object-data.ts';
import { formatObjectPath, parseObjectPath } from './decode/object-path.ts';
import { placeOf } from './encode/place.ts';
import { formatUsageKey } from './routing-key.ts';
import type { TemplateNames } from './encode/template.ts';
import { secondsOfTime } from './decode/time.ts';

/** An event as a message: the one it came as, or a simple or detailed one made of it. */
export function encode(
  event: CanonicalEvent,
  context: EncodeContext<BonfireMessage>,
): Result<Encoded<BonfireMessage>, CodecError> {
  const options = readEncodeOptions(context.options);
  const native = event.origin === DIALECT ? context.native : undefined;
  const draft = draftOf(event, context, options);
  const place = placeOf(event, namesOf(event, draft, native), options);
  if (!place.ok) return place;
  if (native !== undefined) {
    const same = encodeSame(event, context, native, place.value);
    return ok({ natives: [same.native], losses: same.losses, invented: [] });
  }
  const message: BonfireMessage = {
    ...place.value,
    properties: {
      contentType: 'application/json',
      headers: trailHeaders(event, context.brokerId),
      deliveryMode: 2,
    },
    body: JSON.stringify(bodyOf(draft, options)),
  };
  const losses = lossesOf(event, readBack(message, event));
  const isSimple = options.format === 'simple';
  const invented = draft.invented.filter(({ path }) => !isSimple || isInSimple(path));
  return ok({
    natives: [message],
    losses,
    invented: isSimple ? invented.map(inSimple) : invented,
  });
}

/** A message before its format is chosen. */
interface Draft {
  readonly noun: ObjectNoun;
  readonly words: EventWords;
  readonly timestamp: number;
  readonly path: string;
  readonly source: string;
  readonly group: string;
  readonly user: string;
  readonly data: Readonly<Record<string, JsonValue>>;
  readonly invented: readonly Invention[];
}

function draftOf(
  event: CanonicalEvent,
  context: EncodeContext<BonfireMessage>,
  options: BonfireEncodeOptions,
): Draft {
  const { actor } = event.data;
  const invented: Invention[] = [];
  const orFill = (known: string | undefined, path: string, value: string, rule: string): string => {
    if (known !== undefined && known !== '') return known;
    invented.push({ path, rule });
    return value;
  };
  const noun = nounOf(event);
  if (!noun.native) {
    const rule = `BonFIRE has no ${noun.objectType}: its own name, the whole event in objectData`;
    invented.push({ path: 'objectType', rule });
  }
  const own = event.origin === DIALECT ? parseSourceUri(event.source)?.publisher[0] : undefined;
  const source = orFill(
    own,
    'source',
    options.source,
    "no module of BonFIRE's: the sink's `source`",
  );
  const site = siteOf(event);
  const path = pathOf(event, noun, site, invented);
  const { group = actor?.project, user } = actor ?? {};
  const words = wordsOf(event, noun, invented);
  return {
    noun,
    words,
    timestamp: secondsOfTime(event.time) ?? Math.floor(context.sentAt / 1000),
    path,
    source,
    group: orFill(group?.id ?? group?.name, 'groupId', '', 'no group or project known: empty'),
    user: orFill(user?.id ?? user?.name, 'userId', '', 'no user known: empty'),
    data: objectDataOf(event, noun, words.state, site),
    invented,
  };
}

/** The site an object is at; a system that has none is one. */
function siteOf({ data, source }: CanonicalEvent): string {
  const { site, zone, region } = data.resource.location ?? {};
  return site ?? zone ?? region ?? parseSourceUri(source)?.system ?? DIALECT;
}

/** The object's own path where it is one of BonFIRE's, else one of that form. */
function pathOf(
  { data }: CanonicalEvent,
  noun: ObjectNoun,
  site: string,
  invented: Invention[],
): string {
  const { path, id, parent } = data.resource;
  if (path !== undefined && parseObjectPath(path)?.collection !== undefined) return path;
  const known = id === '' ? 'unknown' : id;
  if (noun.objectType === 'experiment') {
    invented.push({ path: 'objectId', rule: '/experiments/ and the id' });
    return formatObjectPath('experiments', known);
  }
  const experiment = noun.native ? undefined : experimentPath(parent);
  if (experiment !== undefined) {
    invented.push({ path: 'objectId', rule: "below its experiment's path" });
    return experiment + formatObjectPath(noun.collection, known);
  }
  const rule = 'made of its site (else zone, region or the name of its system), kind and id';
  invented.push({ path: 'objectId', rule });
  return formatObjectPath('locations', site, noun.collection, known);
}

function bodyOf(draft: Draft, { format }: BonfireEncodeOptions): Record<string, JsonValue> {
  const { timestamp, noun, words, path } = draft;
  if (format === 'simple') {
    return { timestamp, type: noun.objectType, status: words.status, path };
  }
  return {
    timestamp,
    objectType: noun.objectType,
    eventType: words.eventType,
    objectId: path,
    source: draft.source,
    groupId: draft.group,
    userId: draft.user,
    objectData: draft.data,
  };
}

/** Where members of the detailed format stand in the simple one. */
const SIMPLE_PATHS: Readonly<Record<string, string>> = {
  objectType: 'type',
  objectId: 'path',
  'objectData.state': 'status',
};

function isInSimple(path: string): boolean {
  return Object.hasOwn(SIMPLE_PATHS, path);
}

function inSimple({ path, rule }: Invention): Invention {
  return { path: SIMPLE_PATHS[path] ?? path, rule };
}

function namesOf(
  event: CanonicalEvent,
  { source, noun, words }: Draft,
  native: BonfireMessage | undefined,
): TemplateNames {
  const { kind, id, parent } = event.data.resource;
  const { objectType } = noun;
  const { eventType } = words;
  return {
    usageKey: formatUsageKey({ source, objectType, eventType }),
    source,
    objectType,
    eventType,
    experiment: kind === 'experiment' ? id : parent?.kind === 'experiment' ? parent.id : undefined,
    'received.exchange': native?.exchange,
    'received.routingKey': native?.routingKey,
  };
}

/** The event that a reader makes of a message: what is not in it was lost. */
function readBack(message: BonfireMessage, event: CanonicalEvent): CanonicalEvent | undefined {
  const system = parseSourceUri(event.source)?.system ?? '';
  const decoded = decode(message, { receivedAt: 0, system, ordinal: 0 });
  return decoded.ok ? decoded.value[0]?.event : undefined;
}
