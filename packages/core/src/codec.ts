import type { CodecError } from './errors.ts';
import type { CanonicalEvent } from './event/event.ts';
import type { JsonObject, JsonValue } from './json/json.ts';
import type { Invention, Loss, Redaction } from './loss.ts';
import type { Result } from './result.ts';

/**
 * Translates between one dialect and the canonical event. Pure and total: no clock, no randomness,
 * no log, no `node:` module; it never throws, whatever the input. What it needs to know of the
 * world comes in the context.
 *
 * `Native` is one native message as a small value (a key and a body, properties and a body), never
 * a socket's object, so that a fixture is a file.
 */
export interface Codec<Native> {
  /** The dialect's name, `event.origin` of all it decodes. */
  readonly dialect: string;

  /**
   * Replaces every secret by `***`, working on the raw text so that malformed messages are covered
   * too. Whoever receives a message calls this first; everything after (decode, journal, dead
   * letters, logs) sees only what it returned. Returns the same object where there was nothing.
   */
  redact(native: Native): Redacted<Native>;

  /**
   * Native to canonical. One message may hold several events, or none: an empty list means
   * "understood, not an event". Expects what `redact` returned.
   */
  decode(native: Native, context: DecodeContext): Result<readonly Decoded[], CodecError>;

  /**
   * Canonical to native. Where `context.native` is given (same-dialect output) its unknown parts
   * survive. An error is for what no default can express; the normal case is output with losses.
   */
  encode(
    event: CanonicalEvent,
    context: EncodeContext<Native>,
  ): Result<Encoded<Native>, CodecError>;

  /** A native message as one JSON object, the form that `viaduct translate` and fixtures use. */
  format(native: Native): JsonObject;

  /** The text of `format`, byte for byte `JSON.stringify`'s, where a codec can write it faster. */
  formatText?(native: Native): string;

  /**
   * What a message says that is still the same when it comes back from elsewhere: without what each
   * sender fills in anew (ids of requests, times of sending, credentials). Two occurrences never
   * have one text. `undefined` for a message that says where it has been (a trail), and for one
   * that another occurrence may equal. Cheap: called for each message where it may be an echo.
   */
  echoText?(native: Native): string | undefined;

  /** The inverse of `format`; also takes the bare body where the dialect has one. */
  parse(value: JsonValue): Result<Native, CodecError>;
}

/** A native message without its secrets, and where they were. */
export interface Redacted<Native> {
  readonly native: Native;
  readonly redactions: readonly Redaction[];
}

/** What decode must know of the world. */
export interface DecodeContext {
  /** When the message was received, milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The configured name of the system it came from; part of `source` and `partitionkey`. */
  readonly system: string;
  /** Counts the messages of one source; tells two equal messages of one millisecond apart. */
  readonly ordinal: number;
}

/** One event out of a native message. */
export interface Decoded {
  readonly event: CanonicalEvent;
  /**
   * Equal for two receipts of the same occurrence, where the dialect can say so (oslo
   * `message_id`). Separate from the event's id. Missing where nothing can be redelivered.
   */
  readonly dedupe?: string;
  /**
   * The source says that it was not received before. Then `dedupe` is noted for later receipts and
   * compared with none: an equal message may be meant (BonFIRE has no ids, only equal bodies).
   */
  readonly unseen?: true;
  /**
   * What trackers need to know of the native message and the event does not say (OpenNebula: which
   * key family a copy came under). Stored beside the event, so that trackers can be re-folded.
   */
  readonly facts?: JsonObject;
}

/** What encode must know of the world. */
export interface EncodeContext<Native> {
  /** When it is sent, milliseconds since the epoch. */
  readonly sentAt: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** 32 hexadecimal digits, new for each attempt: oslo's `_unique_id`. */
  readonly nonce: string;
  /** This broker's id, the last of the trail that goes out. */
  readonly brokerId: string;
  /** The message the event was decoded from, where it was of the same dialect. */
  readonly native?: Native;
  /** What was redacted in `native`; each becomes a loss of the output. */
  readonly redactions?: readonly Redaction[];
  /** The sink's encoding options, as its `encodeOptions` made them; each codec names its own. */
  readonly options?: JsonObject;
}

/** A canonical event in another dialect: one or more native messages that belong together. */
export interface Encoded<Native> {
  readonly natives: readonly Native[];
  readonly losses: readonly Loss[];
  readonly invented: readonly Invention[];
}
