/**
 * W3C Trace Context, level 1: the text that ties an event to the trace it is part of.
 *
 *     traceparent   00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
 *                   |  trace id, 16 bytes               parent id, 8    flags; bit 0: sampled
 *                   version
 *
 * https://www.w3.org/TR/trace-context-1/#traceparent-header
 */

/** Longest text that is looked at: later versions may say more than this one. */
const LENGTH_MAX = 256;

/** The version that is written, and up to which more must not follow. */
const VERSION = '00';

/** What every version begins with; more, set off by a dash, only a later one may have. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** All zeroes are no ids. */
const NO_ID = /^0+$/;

/** A `traceparent` in its parts. */
export interface Traceparent {
  /** 32 hexadecimal digits in lower case, not all of them zero. */
  readonly traceId: string;
  /** 16 hexadecimal digits in lower case, not all of them zero: who did what came before. */
  readonly spanId: string;
  /** Whether what came before may have been recorded. */
  readonly isSampled: boolean;
}

/**
 * The parts of a `traceparent`; `undefined` for what is none, which clause 3.2.2 says is to be
 * taken as if nothing had been sent. Of a later version the parts of this one are read (clause
 * 3.2.3).
 */
export function parseTraceparent(text: string | undefined): Traceparent | undefined {
  if (text === undefined || text.length > LENGTH_MAX) return undefined;
  const [, version = 'ff', traceId = '', spanId = '', flags = '', more] =
    TRACEPARENT.exec(text) ?? [];
  if (version === 'ff' || NO_ID.test(traceId) || NO_ID.test(spanId)) return undefined;
  if (version === VERSION && more !== undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The text of its parts, in the version of this level. */
export function formatTraceparent({ traceId, spanId, isSampled }: Traceparent): string {
  return `${VERSION}-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** What a peer sent as this level writes it; `undefined` for what is no `traceparent`. */
export function readTraceparent(text: string | undefined): string | undefined {
  const parsed = parseTraceparent(text);
  return parsed === undefined ? undefined : formatTraceparent(parsed);
}
