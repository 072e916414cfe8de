/**
 * Errors. Codes are stable, look like `VIA_<AREA>_<WHAT>`, and each has an entry in the error
 * reference (`docs/errors.md`, `docs/errors/`), which a test compares with these tables.
 */

/** The codes that core itself raises. */
export const CORE_ERRORS = {
  VIA_CORE_EVENT_INVALID: 'a stored or adopted event is not a canonical event',
  VIA_CORE_SCHEMA_NEWER: 'an event was written by a newer version of Viaduct',
  VIA_CORE_GAVE_UP: 'a connection was not made within its time limit',
} as const;

/** An error code: `VIA_OSLO_BODY_NOT_JSON`. */
export type ErrorCode = `VIA_${string}`;

/** Why a codec could not translate a message. A value, never thrown. */
export interface CodecError {
  readonly code: ErrorCode;
  /** A sentence for the operator that names the offending value. */
  readonly message: string;
  /** Where in the input, as exactly as known: `oslo.message.payload`, `CALL_INFO/PARAMETERS`. */
  readonly path?: string;
}

/**
 * What the caller of a transport can do about an error.
 * - `reconnect`: the connection is gone; connect again after a pause.
 * - `retry`: the peer is there but cannot take it now.
 * - `permanent`: it fails the same way until somebody changes something (a password, a missing
 *   exchange). The supervisor goes on trying at its slowest pace and says so.
 */
export type TransportErrorKind = 'reconnect' | 'retry' | 'permanent';

/** Further facts of a {@link TransportError}. */
export interface TransportErrorOptions {
  readonly cause?: unknown;
  /** How long the peer asked us to wait, milliseconds. */
  readonly retryAfterMs?: number;
}

/** The only error that sources and sinks throw. Its message never holds a secret. */
export class TransportError extends Error {
  override readonly name: string = 'TransportError';
  readonly code: ErrorCode;
  readonly kind: TransportErrorKind;
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: TransportErrorKind,
    code: ErrorCode,
    message: string,
    options: TransportErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}
