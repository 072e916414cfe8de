/** Follows events through the engine and tells the screen; keeps the totals. */
import type { CanonicalEvent, Encoded } from '@viaduct/core';
import type { EngineObserver } from '@viaduct/engine';
import type { Passage, Screen } from './screen.ts';

/** What the sinks of the demo's configuration are called on the terminal. */
const TARGETS: Readonly<Record<string, string>> = {
  osbus: 'OpenStack',
  hooks: 'OpenNebula',
  gridbus: 'BonFIRE',
  flowbus: 'Cloudify',
  nms: 'SNMP',
  webhook: 'CloudEvent',
};

const SYSTEMS: Readonly<Record<string, string>> = {
  opennebula: 'OpenNebula',
  oslo: 'OpenStack',
  bonfire: 'BonFIRE',
  cloudify: 'Cloudify',
  snmp: 'SNMP',
  cloudevents: 'CloudEvent',
};

/** The traps that all devices send, by the names of RFC 3418 and 2863. */
export const TRAPS: Readonly<Record<string, string>> = {
  '1.3.6.1.6.3.1.1.5.1': 'coldStart',
  '1.3.6.1.6.3.1.1.5.3': 'linkDown',
  '1.3.6.1.6.3.1.1.5.4': 'linkUp',
};

/** UUIDs are cut: the first characters tell the few things of a demo apart. */
const ID_LENGTH_MAX = 8;

/** Labels of events that were encoded and not settled; beyond it the oldest go unlabelled. */
const LABELS_MAX = 10_000;

/** What passed, for the totals. */
export interface Totals {
  accepted: number;
  delivered: number;
  sent: number;
  losses: number;
  deadLetters: number;
}

/** An observer that shows each event as it is settled, or kept while nobody can take it. */
export function showPassages(
  screen: Screen,
  totals: Totals,
  isReachable: (sink: string) => boolean,
): EngineObserver {
  const labels = new Map<string, string>();
  const show = (
    sink: string,
    event: CanonicalEvent,
    native: string,
    outcome: Passage['outcome'],
  ): void => {
    const target = TARGETS[sink] ?? sink;
    screen.passed({ ...describe(event), target, native, outcome });
  };
  return {
    appended: (_source, entries, results) => {
      totals.accepted += results.filter(({ kind }) => kind === 'appended').length;
      for (const { event, targets } of entries) {
        for (const sink of targets) {
          if (!isReachable(sink)) show(sink, event, 'until it can be reached', 'kept');
        }
      }
    },
    encoded: (sink, event, encoded) => {
      totals.losses += encoded.losses.length;
      if (labels.size >= LABELS_MAX) labels.delete(labels.keys().next().value as string);
      labels.set(`${sink} ${event.id}`, nameOf(encoded));
    },
    settled: (sink, claimed, outcomes) => {
      for (const [at, { entry }] of claimed.entries()) {
        const kind = outcomes[at]?.kind;
        if (kind === undefined || kind === 'unavailable') continue;
        if (kind !== 'refused') totals[kind] += 1;
        const label = `${sink} ${entry.event.id}`;
        show(sink, entry.event, labels.get(label) ?? '', kind);
        labels.delete(label);
      }
    },
    deadLettered: ({ stage, reason }) => {
      totals.deadLetters += 1;
      screen.warn(`dead letter (${stage}): ${reason}`);
    },
  };
}

function describe(event: CanonicalEvent): Pick<Passage, 'system' | 'subject' | 'happening'> {
  const { resource, state, phase, nativeAction } = event.data;
  const noun = resource.type ?? resource.kind;
  // Of a path its last name: the rest is the same for all things of a demo.
  const last = resource.id.slice(resource.id.lastIndexOf('/') + 1);
  const id = last.length > 12 ? last.slice(0, ID_LENGTH_MAX) : last;
  const isState = event.origin === 'opennebula' && state !== undefined && phase === undefined;
  const call = event.nativetype.replace(/^API /, '');
  const word = call.endsWith('.action') ? ` ${nativeAction ?? ''}` : '';
  return {
    system: SYSTEMS[event.origin] ?? event.origin,
    subject: `${noun} ${id}`,
    happening: isState ? state.native : (TRAPS[call] ?? `${call}${word}`),
  };
}

/** A native message of any dialect, as far as its name goes. */
interface Named {
  readonly key?: string;
  readonly body?: unknown;
  readonly trapOid?: string;
  readonly event?: { readonly type?: string };
}

/** What the target calls it: the key of a hook message, the type of an event, a trap's OID. */
function nameOf({ natives }: Encoded<unknown>): string {
  const [first] = natives as readonly Named[];
  const trap = first?.trapOid === undefined ? undefined : (TRAPS[first.trapOid] ?? first.trapOid);
  const name = first?.key?.trim() ?? trap ?? first?.event?.type;
  if (name !== undefined) return name;
  return typeof first?.body === 'string' ? eventTypeOf(first.body) : '';
}

/** The event type in a message's body: OpenStack's, Cloudify's or BonFIRE's. */
export function eventTypeOf(body: string): string {
  const { event_type, objectType, eventType } = notificationOf(body);
  return event_type ?? [objectType, eventType].filter((word) => word !== undefined).join('.');
}

/** A notification out of a body, with or without its envelope. */
export function notificationOf(body: string): {
  readonly event_type?: string;
  /** BonFIRE's. */
  readonly objectType?: string;
  readonly eventType?: string;
  readonly priority?: string;
  readonly payload?: { readonly display_name?: string };
} {
  const outer = JSON.parse(body) as { readonly 'oslo.message'?: string };
  const inner = outer['oslo.message'];
  return (inner === undefined ? outer : JSON.parse(inner)) as ReturnType<typeof notificationOf>;
}
