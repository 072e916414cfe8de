/**
 * What today's configuration makes of a dead letter. Pure. Letters of the stages `receive` and
 * `decode` are decoded again, those of `route` routed again; the others go to their sink again.
 */
import {
  fail,
  type CanonicalEvent,
  type Codec,
  type CodecError,
  type Decoded,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import type { DeadLetter, Entry, NativeRecord, Stage } from '@viaduct/journal';
import { asError } from '../thrown.ts';
import { trailFault, withTrail } from '../trail.ts';
import { asReplayed } from './copy.ts';
import type { SkipReason } from './figures.ts';
import { labelOf } from './replay-planner.ts';
import { shapesOf, type VariantsOf } from './shapes.ts';

/** A source as today's configuration has it. */
export interface LetterSource {
  readonly codec: Codec<unknown>;
  /** Part of `source` and `partitionkey` of its events. */
  readonly system: string;
  readonly isIgnored: (nativeType: string) => boolean;
}

/** Today's configuration, as far as dead letters need it. */
export interface LetterSurroundings {
  readonly source: (name: string) => LetterSource | undefined;
  /** Where today's routes lead; `undefined` where they lead nowhere because they fail on it. */
  readonly targets: (event: CanonicalEvent, source: string) => readonly string[] | undefined;
  /** The sinks that it does not reach because today's routes fail on it. */
  readonly failed: (event: CanonicalEvent, source: string) => readonly string[];
  /** The shapes that today's routes give it. */
  readonly variants: VariantsOf;
  readonly hasSink: (name: string) => boolean;
  /** Whether a sink is one of those asked for. */
  readonly isAsked: (sink: string) => boolean;
  /** Letters of late stages take today's routes, too. */
  readonly route: boolean;
  readonly brokerId: string;
  readonly trailLengthMax: number;
}

/** What becomes of a letter: entries in its place, nothing at all, or it stays. */
export type Resolved =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'stays'; readonly reason: SkipReason; readonly example: string };

/** Stages at which there was no event yet. */
const EARLY: readonly Stage[] = ['receive', 'decode'];

/** See the file's comment. */
export function resolveLetter(letter: DeadLetter, around: LetterSurroundings): Resolved {
  return EARLY.includes(letter.stage) ? decodeAgain(letter, around) : sendAgain(letter, around);
}

function decodeAgain(letter: DeadLetter, around: LetterSurroundings): Resolved {
  const stays = (reason: SkipReason, what: string): Resolved => staying(letter, reason, what);
  const { native, source } = letter;
  if (native === undefined) return stays('nothing-kept', 'no message was kept');
  const known = around.source(source);
  if (known === undefined) return stays('no-source', `source ${source} is not configured`);
  if (known.codec.dialect !== native.dialect) {
    return stays('no-source', `source ${source} does not speak ${native.dialect} any more`);
  }
  const decoded = decode(letter, native, known);
  if (!decoded.ok) return stays('undecodable', decoded.error.message);
  const wanted = decoded.value.decoded.filter(({ event }) => !known.isIgnored(event.nativetype));
  if (wanted.length === 0) return { kind: 'nothing' };
  const entries: Entry[] = [];
  let loop: Resolved | undefined;
  for (const one of wanted) {
    const entry = entryOf(one, decoded.value.native, letter, around);
    if (!('kind' in entry)) entries.push(entry);
    // With the letter gone nothing would tell of an event that has to stay: all of it, or nothing.
    else if (entry.kind !== 'stays' || entry.reason !== 'loop') return entry;
    // What goes round is dropped, as on its usual way, if there is anything besides.
    else loop = entry;
  }
  return entries.length === 0 && loop !== undefined ? loop : { kind: 'entries', entries };
}

/** One event of a letter, on its first way to anybody: it is not marked as replayed. */
function entryOf(
  { event: bare, facts, dedupe, unseen }: Decoded,
  native: NativeRecord,
  letter: DeadLetter,
  around: LetterSurroundings,
): Entry | Resolved {
  const { id, source } = letter;
  const { brokerId, trailLengthMax } = around;
  const stays = (reason: SkipReason): Resolved => staying(letter, reason, labelOf(bare));
  if (trailFault(bare, brokerId, trailLengthMax) !== undefined) return stays('loop');
  const event = withTrail(bare, brokerId);
  const routed = around.targets(event, source);
  // Not to some of its sinks only: with the letter the others would lose it.
  const isFailed = around.failed(event, source).some(around.isAsked);
  if (routed === undefined || isFailed) return stays('route-failed');
  const targets = routed.filter(around.isAsked);
  // As on its usual way an event may be owed to nobody; one that is owed only to others stays.
  if (routed.length > 0 && targets.length === 0) return stays('unrouted');
  return {
    event,
    source,
    targets,
    ...shapesOf(around.variants(event, source), targets),
    native,
    ...(facts === undefined ? {} : { facts }),
    // The same key as on its usual way: it may have been delivered again meanwhile.
    ...(dedupe === undefined ? {} : { dedupe: `${source}\n${dedupe}` }),
    ...(unseen === undefined ? {} : { unseen }),
    replay: { id: letterReplayId(id), letter: id },
  };
}

interface DecodedAgain {
  readonly decoded: readonly Decoded[];
  readonly native: NativeRecord;
}

/** The id of the letter stands for the ordinal: decoded twice it gives the same events. */
function decode(
  { at, id }: DeadLetter,
  record: NativeRecord,
  { codec, system }: LetterSource,
): Result<DecodedAgain, CodecError> {
  try {
    const parsed = codec.parse(valueOf(record.text));
    if (!parsed.ok) return parsed;
    // What was kept on request has its secrets; what was redacted loses nothing more.
    const redacted = codec.redact(parsed.value);
    const context = { receivedAt: at, system, ordinal: id };
    const decoded = codec.decode(redacted.native, context);
    if (!decoded.ok) return decoded;
    const text = JSON.stringify(codec.format(redacted.native));
    const redactions = redacted.redactions.length > 0 ? redacted.redactions : record.redactions;
    return { ok: true, value: { decoded: decoded.value, native: { ...record, text, redactions } } };
  } catch (thrown) {
    return fail({ code: 'VIA_ENGINE_CODEC_THREW', message: asError(thrown).message });
  }
}

/** What is no JSON is taken for a bare body, which every codec parses. */
function valueOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function sendAgain(letter: DeadLetter, around: LetterSurroundings): Resolved {
  const stays = (reason: SkipReason, what: string): Resolved => staying(letter, reason, what);
  const { event, source, native, stage, sink, id } = letter;
  if (event === undefined) return stays('nothing-kept', 'no event was kept');
  const replayed = asReplayed(event);
  const isRouted = around.route || stage === 'route' || sink === undefined;
  if (!isRouted && !around.hasSink(sink)) {
    return stays('no-sink', `sink ${sink} is not configured: ${labelOf(event)}`);
  }
  // Each sink of a route that failed has a letter of its own.
  const isOwn = (name: string): boolean =>
    around.isAsked(name) && (around.route || sink === undefined || name === sink);
  const names = isRouted ? around.targets(replayed, source) : [sink];
  const isFailed = isRouted && around.failed(replayed, source).some(isOwn);
  if (names === undefined || isFailed) return stays('route-failed', labelOf(event));
  const targets = names.filter(isOwn);
  if (targets.length === 0) return stays('unrouted', labelOf(event));
  const entry: Entry = {
    event: replayed,
    source,
    targets,
    // What got stuck on its way to a sink has its shape already.
    ...(isRouted ? shapesOf(around.variants(replayed, source), targets) : {}),
    ...(native === undefined ? {} : { native }),
    replay: { id: letterReplayId(id), letter: id },
  };
  return { kind: 'entries', entries: [entry] };
}

/** The replay that an entry made from a letter belongs to. */
function letterReplayId(letter: number): string {
  return `letter-${String(letter)}`;
}

function staying(letter: DeadLetter, reason: SkipReason, what: string): Resolved {
  return { kind: 'stays', reason, example: `letter ${String(letter.id)}: ${what}` };
}
