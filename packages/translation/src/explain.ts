/**
 * Says of every value of an output where it came from, found by experiment: each field of the event
 * is changed in turn, the event is encoded again, and what differs in the output came from that
 * field. Codecs are pure, so nothing else can have made the difference; no codec takes part in it,
 * and none can be described wrongly.
 *
 * What an experiment cannot see: a value that two fields would each give alone (an error by phase
 * and by outcome) depends on neither by itself, and counts as the dialect's own; fields beyond
 * `VARIED_FIELDS_MAX` are not tried.
 */
import type {
  CanonicalEvent,
  Codec,
  EncodeContext,
  Encoded,
  Invention,
  JsonValue,
} from '@viaduct/core';
import { outputFields, type OutputFields } from './output-fields.ts';
import { fieldVariants, type FieldVariants } from './variants.ts';

/** What of one sending a value can depend on. */
export type SendingPart = 'time' | 'attempt' | 'nonce' | 'broker';

/** One value of an output message and where it came from; of nothing: it is the dialect's own. */
export interface ExplainedField {
  /** In the message's JSON form, documents within opened: `body.oslo.message.payload.state`. */
  readonly path: string;
  readonly value: JsonValue;
  /** The canonical fields that decide it. */
  readonly from: readonly string[];
  /** What of this sending decides it, be it the time or the broker's id. */
  readonly sending?: readonly SendingPart[];
  /** The rule of the default that filled it in. */
  readonly invented?: string;
  /** As it stood in the message that came in. */
  readonly received?: true;
}

/** One message of an output. */
export interface ExplainedMessage {
  /** Without those that stand so in the first message already. */
  readonly fields: readonly ExplainedField[];
}

/** One event in another dialect, field by field. */
export interface Explanation {
  /** The event's id. */
  readonly event: string;
  readonly messages: readonly ExplainedMessage[];
  /** Inventions of the codec that are no single value of the output: of an empty list, say. */
  readonly elsewhere: readonly Invention[];
}

/** Explains what `encode` made of an event in a context. */
export function explain<Native>(
  codec: Codec<Native>,
  event: CanonicalEvent,
  context: EncodeContext<Native>,
  encoded: Encoded<Native>,
): Explanation {
  const base = encoded.natives.map((native) => outputFields(codec.format(native)));
  const encodeAgain = (other: CanonicalEvent, world = context): readonly OutputFields[] => {
    const result = codec.encode(other, world);
    return result.ok ? result.value.natives.map((one) => outputFields(codec.format(one))) : [];
  };
  const origins = base.map(() => new Map<string, string[]>());
  const note = (changes: readonly ReadonlySet<string>[], cause: string): void => {
    changes.forEach((paths, index) => {
      for (const path of paths) append(origins[index], path, cause);
    });
  };
  for (const field of fieldVariants(event)) {
    // With a message of its own dialect at hand, the origin only says that it may be used.
    if (context.native !== undefined && field.path === 'origin') continue;
    note(influence(base, field, encodeAgain), field.path);
  }
  const sendings = base.map(() => new Map<string, string[]>());
  for (const [part, world] of Object.entries(otherSendings(context))) {
    differences(base, encodeAgain(event, world), true).forEach((paths, index) => {
      for (const path of paths) append(sendings[index], path, part);
    });
  }
  const received =
    context.native === undefined ? undefined : outputFields(codec.format(context.native));
  const used = new Set<Invention>();
  const messages = base.map((fields, index): ExplainedMessage => {
    const isCopy = (path: string, value: JsonValue): boolean =>
      index > 0 && base[0]?.get(path) === value;
    const explained = [...fields].flatMap(([path, value]): ExplainedField[] => {
      if (isCopy(path, value)) return [];
      const invention = encoded.invented.find((one) => isWithin(path, one.path));
      if (invention !== undefined) used.add(invention);
      const from = origins[index]?.get(path) ?? [];
      const sending = sendings[index]?.get(path) as readonly SendingPart[] | undefined;
      const isReceived = from.length === 0 && received?.get(path) === value;
      return [
        {
          path,
          value,
          from,
          ...(sending === undefined ? {} : { sending }),
          ...(invention === undefined ? {} : { invented: invention.rule }),
          ...(isReceived ? { received: true } : {}),
        },
      ];
    });
    return { fields: explained };
  });
  return { event: event.id, messages, elsewhere: encoded.invented.filter((one) => !used.has(one)) };
}

type EncodeAgain = (event: CanonicalEvent) => readonly OutputFields[];

/**
 * The values that a field decides. A word of a closed list may decide the form of the whole
 * message: only values whose place stays are counted as its own. Any other field counts for what
 * it changes or takes away; where another value changes nothing, its absence may.
 */
function influence(
  base: readonly OutputFields[],
  { changed, without }: FieldVariants,
  encodeAgain: EncodeAgain,
): readonly ReadonlySet<string>[] {
  const isWord = changed.length > 2;
  const found = base.map(() => new Set<string>());
  for (const other of changed) {
    addAll(found, differences(base, encodeAgain(other), !isWord));
  }
  if (without !== undefined && found.every((paths) => paths.size === 0)) {
    addAll(found, differences(base, encodeAgain(without), true));
  }
  return found;
}

function addAll(sets: readonly Set<string>[], more: readonly ReadonlySet<string>[]): void {
  more.forEach((paths, index) => {
    for (const path of paths) sets[index]?.add(path);
  });
}

/** Where the messages differ; `missing` counts what the others do not have at all. */
function differences(
  base: readonly OutputFields[],
  others: readonly OutputFields[],
  missing: boolean,
): readonly ReadonlySet<string>[] {
  return base.map((fields, index) => {
    const other = others[index];
    if (other === undefined) return new Set<string>();
    const paths = [...fields.keys()].filter((path) =>
      other.has(path) ? other.get(path) !== fields.get(path) : missing,
    );
    return new Set(paths);
  });
}

const DAY_MS = 93_784_005; // a day and some: every part of a time differs

function otherSendings<Native>(
  context: EncodeContext<Native>,
): Readonly<Record<SendingPart, EncodeContext<Native>>> {
  const other = (id: string): string =>
    id.replace(/[0-9a-f]/g, (digit) => (digit === '1' ? '2' : '1'));
  return {
    time: { ...context, sentAt: context.sentAt + DAY_MS },
    attempt: { ...context, attempt: context.attempt + 1 },
    nonce: { ...context, nonce: other(context.nonce) },
    broker: { ...context, brokerId: other(context.brokerId) },
  };
}

/** `payload.tenant_id` is where `body.oslo.message.payload.tenant_id` is, and all below it. */
function isWithin(path: string, place: string): boolean {
  const dotted = `.${path.replaceAll('/', '.')}`;
  const at = dotted.lastIndexOf(`.${place.replaceAll('/', '.')}`);
  if (at < 0) return false;
  const rest = dotted.slice(at + 1 + place.length);
  return rest === '' || rest.startsWith('.') || rest.startsWith('[');
}

function append(map: Map<string, string[]> | undefined, key: string, item: string): void {
  const list = map?.get(key);
  if (list === undefined) map?.set(key, [item]);
  else list.push(item);
}
