/** The smallest dialect that can do everything: one note is one native message. */
import {
  composeEvent,
  fail,
  isJsonObject,
  ok,
  sourceUri,
  uuidFromName,
  type CanonicalEvent,
  type Codec,
  type Decoded,
  type EncodeContext,
  type JsonObject,
  type JsonValue,
  type State,
} from '@viaduct/core';
import { BROKER_ORIGIN } from '../src/index.ts';

/** What a note is made of. */
export interface Note {
  /** Unique; part of the ids of its events. */
  readonly id: string;
  /** The object it is about: its ordering key. */
  readonly key: string;
  /** Counts the notes of one key. */
  readonly seq: number;
  /** Its native type, `note` if missing. */
  readonly type?: string;
  /** How many events it holds; 0: understood, not an event. Default 1. */
  readonly events?: number;
  /** Cannot be decoded. */
  readonly broken?: true;
  /** Cannot be encoded. */
  readonly unspeakable?: true;
  /** Makes the codec throw, which a codec must not. */
  readonly bomb?: true;
  readonly secret?: string;
  readonly trail?: string;
  /** It is what a sink sent, reflected: what stayed the same. */
  readonly echo?: string;
  /** For the simulation: the life of the broker in which that was sent. */
  readonly reflectedIn?: number;
  /** For the tracker of the tests. */
  readonly hold?: true;
  /** The state of its object. */
  readonly state?: State;
  /** How many times the peer refuses it; -1: for ever and at once. */
  readonly refusals?: number;
}

/** A native message that a sink of the tests receives. */
export interface SentNote {
  readonly event: string;
  readonly note: string;
  readonly key: string;
  readonly seq: number;
  readonly attempt: number;
  readonly nonce: string;
  readonly refusals: number;
  readonly original?: Note;
  readonly trail?: string;
  /** What stays the same when it comes back. */
  readonly echo?: string;
}

/** Source and sink of one dialect share a native type, as those of an adapter do. */
export type NoteNative = Note | SentNote;

/** The codec of notes, under any name: two names are two dialects. */
export function noteCodec(dialect: string, dedupe = true): Codec<NoteNative> {
  return {
    dialect,
    redact: (native) =>
      'secret' in native
        ? { native: { ...native, secret: '***' }, redactions: [{ path: 'secret' }] }
        : { native, redactions: [] },
    decode: (native, context) => {
      if ('event' in native) return ok([]);
      if (native.bomb === true) throw new Error('the codec broke its promise');
      if (native.broken === true) {
        return fail({ code: 'VIA_TEST_BROKEN', message: 'the note is broken', path: 'broken' });
      }
      const { id, key, seq, trail, state, type = 'note', events = 1 } = native;
      return ok(
        Array.from({ length: events }, (_, index): Decoded => {
          const event = composeEvent(
            {
              id: eventId(id, index),
              dialect,
              source: sourceUri(dialect, context.system),
              nativetype: type,
              data: {
                resource: { kind: 'compute', id: key },
                action: 'notify',
                ...(state === undefined ? {} : { state: { value: state, native: state } }),
                message: JSON.stringify({ ...native, index }),
                attributes: { extra: [{ name: 'seq', value: seq }] },
              },
            },
            context,
          );
          return {
            event: trail === undefined ? event : { ...event, trail },
            ...(dedupe ? { dedupe: `${id}#${index}` } : {}),
            ...(native.hold === undefined ? {} : { facts: { hold: true } }),
          };
        }),
      );
    },
    encode: (event, context) => {
      if (event.origin === BROKER_ORIGIN)
        return ok({ ...EMPTY, natives: [ownNote(event, context)] });
      const note = JSON.parse(event.data.message ?? '{}') as Note;
      if (note.unspeakable === true) {
        return fail({ code: 'VIA_TEST_UNSPEAKABLE', message: 'there is no word for it' });
      }
      const sent: SentNote = {
        event: event.id,
        note: note.id,
        key: note.key,
        seq: note.seq,
        attempt: context.attempt,
        nonce: context.nonce,
        refusals: note.refusals ?? 0,
        ...(context.native === undefined ? {} : { original: context.native as Note }),
        ...(event.trail === undefined ? {} : { trail: event.trail }),
        echo: event.id,
      };
      return ok({
        natives: [sent],
        losses: [{ path: 'data.severity', reason: 'unsupported' }],
        invented: [{ path: 'nonce', rule: 'fresh' }],
      });
    },
    echoText: (native) => ('echo' in native ? native.echo : undefined),
    format: (native) => native as unknown as JsonObject,
    parse: (value: JsonValue) =>
      isJsonObject(value)
        ? ok(value as unknown as Note)
        : fail({ code: 'VIA_TEST_BROKEN', message: 'not a note' }),
  };
}

const EMPTY = { losses: [], invented: [] };

/** What the broker says of itself. */
function ownNote(event: CanonicalEvent, { attempt, nonce }: EncodeContext<NoteNative>): SentNote {
  const { id, partitionkey, nativetype } = event;
  return { event: id, note: nativetype, key: partitionkey, seq: 0, attempt, nonce, refusals: 0 };
}

/** The id of an event of a note. */
export function eventId(note: string, index = 0): string {
  return uuidFromName(`${note}#${index}`);
}
