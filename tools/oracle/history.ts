/**
 * What an outside observer wrote down of a run, in order of time. One record is one line of a
 * history file (JSON Lines), so producers and collectors may be programs in any language:
 *
 *     {"record":"issued","id":"…","key":"vm-7","owed":{"bus":"<fingerprint>","web":"…"}}
 *     {"record":"acknowledged","id":"…"}
 *     {"record":"arrived","sink":"bus","id":"…","content":"<fingerprint>"}
 *     {"record":"buried","sink":"web","id":"…"}
 *     {"record":"disrupted","sinks":["bus","web"],"what":"kill -9 of the broker"}
 *     {"record":"terms","sinks":{"bus":{"confirmed":true,"ordered":true,"duplicatesMax":1024}}}
 *
 * An event is issued before it is handed to a peer; it becomes an obligation only when that peer
 * acknowledged it. Of one that nobody acknowledged nothing is owed, and it may still arrive.
 */

/** An event that a producer is about to hand over. */
export interface Issued {
  readonly record: 'issued';
  readonly id: string;
  /** Events of one key must reach each sink in the order in which they were issued. */
  readonly key: string;
  /** The sinks that it is owed to, and the fingerprint of what must be read there. */
  readonly owed: Readonly<Record<string, string>>;
  /** Issued after the last fault had healed. */
  readonly fresh?: true;
}

/** Its first peer has taken it over: AMQP confirm, HTTP 2xx, response to an inform. */
export interface Acknowledged {
  readonly record: 'acknowledged';
  readonly id: string;
}

/** A collector read it at a real peer. */
export interface Arrived {
  readonly record: 'arrived';
  readonly sink: string;
  readonly id: string;
  /** Fingerprint of what was read. */
  readonly content: string;
}

/** It is listed as a dead letter of this sink: not delivered, and not lost. */
export interface Buried {
  readonly record: 'buried';
  readonly sink: string;
  readonly id: string;
}

/** Something after which these sinks may send again what they had not settled. */
export interface Disrupted {
  readonly record: 'disrupted';
  readonly sinks: readonly string[];
  readonly what: string;
}

/** What holds for the sinks of this run; the last such record counts. */
export interface Terms {
  readonly record: 'terms';
  readonly sinks: Readonly<Record<string, SinkTerms>>;
}

/** What is promised of one sink. */
export interface SinkTerms {
  /** False for what nobody confirms (traps, ZeroMQ): what is missing there is counted, not lost. */
  readonly confirmed: boolean;
  /** Whether first arrivals of a key come in the order in which they were issued. */
  readonly ordered: boolean;
  /** Duplicates that one disruption may make: the sink's `claimMax`. */
  readonly duplicatesMax: number;
  /** Dead letters that are no fault of the broker. Default: none. */
  readonly buriedMax?: number;
}

/** One line of a history. */
export type HistoryRecord = Issued | Acknowledged | Arrived | Buried | Disrupted | Terms;
