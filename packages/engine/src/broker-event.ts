/**
 * Events of the broker's own: that a source is silent or heard again, that messages are missing.
 * They take the same way as all others, so that operators route them and match them.
 */
import {
  composeEvent,
  sourceUri,
  uuidFromName,
  type CanonicalEvent,
  type EventData,
  type GapReason,
} from '@viaduct/core';
import type { Gap } from '@viaduct/journal';

/** `origin` of the broker's own events. */
export const BROKER_ORIGIN = 'viaduct';

/** `nativetype` of the broker's own events, by what they say. */
export const BROKER_TYPES = {
  /** Nothing was received from a source for as long as it is allowed to be silent. */
  silence: 'viaduct.silence',
  /** A source is heard again, or for the first time. */
  heard: 'viaduct.heard',
  /** Messages of a source, or entries owed to a sink, are missing for good. */
  gap: 'viaduct.gap',
} as const;

/** Whom an event is about, and who says so. */
export interface Speaker {
  readonly brokerId: string;
  readonly role: 'source' | 'sink';
  /** The configured name. */
  readonly name: string;
  readonly system: string;
  /** Tells events of one millisecond apart. */
  readonly ordinal: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A source has said nothing since `heardAt`. */
export function silenceEvent(
  speaker: Speaker,
  heardAt: number,
  isConnected: boolean,
): CanonicalEvent {
  const since = new Date(heardAt).toISOString();
  const link = isConnected ? 'connected' : 'not connected';
  return compose(speaker, BROKER_TYPES.silence, {
    action: 'state',
    state: { value: 'down', native: 'silent', previous: { value: 'up', native: 'heard' } },
    severity: 'warning',
    message: `nothing was received from ${speaker.name} since ${since}; it is ${link}`,
  });
}

/** A source is heard; `silentSince` is missing for the first time since the start. */
export function heardEvent(speaker: Speaker, silentSince: number | undefined): CanonicalEvent {
  const silent = { value: 'down', native: 'silent' } as const;
  const message =
    silentSince === undefined
      ? `${speaker.name} is heard`
      : `${speaker.name} is heard again, after silence since ${new Date(silentSince).toISOString()}`;
  return compose(speaker, BROKER_TYPES.heard, {
    action: 'state',
    state: {
      value: 'up',
      native: 'heard',
      ...(silentSince === undefined ? {} : { previous: silent }),
    },
    severity: 'info',
    message,
  });
}

/** What is known of messages that are missing at a source. */
export interface SourceLoss {
  readonly reason: GapReason;
  /** How many; 0 where that is not known. */
  readonly messages: number;
  /** From when on they are missing, milliseconds since the epoch. */
  readonly since: number;
}

const WHY: Readonly<Record<GapReason, string>> = {
  reconnect: 'the connection was lost, and what was sent meanwhile is not sent again',
  overflow: 'the receive buffer was full',
  kernel: 'the receive buffer of the operating system was full',
  'given-back': 'the journal had no room',
  chain: 'what was received does not follow what was received before',
};

/** Messages of a source are missing. */
export function sourceGapEvent(speaker: Speaker, loss: SourceLoss): CanonicalEvent {
  const { reason, messages, since } = loss;
  const count = messages === 0 ? 'messages' : `${messages} message${messages === 1 ? '' : 's'}`;
  return compose(speaker, BROKER_TYPES.gap, {
    action: 'notify',
    severity: 'warning',
    message: `${count} of ${speaker.name} missing: ${WHY[reason]}`,
    attributes: {
      extra: [
        { name: 'reason', value: reason },
        ...(messages === 0 ? [] : [{ name: 'messages', value: messages }]),
        { name: 'since', value: new Date(since).toISOString() },
      ],
    },
  });
}

/** Entries that a sink was owed are gone from the journal. */
export function sinkGapEvent(speaker: Speaker, gap: Gap): CanonicalEvent {
  const { reason, entries } = gap;
  const count = entries === undefined ? 'events' : `${entries} event${entries === 1 ? '' : 's'}`;
  const why =
    reason === 'dropped' ? 'the journal could keep them no longer' : 'the journal is damaged';
  return compose(speaker, BROKER_TYPES.gap, {
    action: 'notify',
    severity: 'error',
    message: `${count} owed to the sink ${speaker.name} will never be sent: ${why}`,
    attributes: {
      extra: [
        { name: 'reason', value: reason },
        ...(entries === undefined ? [] : [{ name: 'messages', value: entries }]),
        { name: 'since', value: new Date(gap.at).toISOString() },
      ],
    },
  });
}

function compose(
  { brokerId, role, name, system, ordinal, now }: Speaker,
  nativetype: string,
  data: Omit<EventData, 'resource'>,
): CanonicalEvent {
  return composeEvent(
    {
      id: uuidFromName([brokerId, role, name, nativetype, now, ordinal].join('\n')),
      dialect: BROKER_ORIGIN,
      source: sourceUri(BROKER_ORIGIN, system, brokerId),
      nativetype,
      time: new Date(now).toISOString(),
      data: { resource: { kind: 'service', type: role, id: name, name }, ...data },
    },
    { receivedAt: now, system, ordinal },
  );
}
