/** Follows events through the engine and tells the screen; keeps the totals. */
import type { CanonicalEvent, Encoded } from '@viaduct/core';
import type { EngineObserver } from '@viaduct/engine';
import type { Passage, Screen } from './screen.ts';

/** What the sinks of the demo's configuration are called on the terminal. */
const TARGETS: Readonly<Record<string, string>> = { osbus: 'OpenStack', hooks: 'OpenNebula' };

const SYSTEMS: Readonly<Record<string, string>> = { opennebula: 'OpenNebula', oslo: 'OpenStack' };

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
  const id = resource.id.length > 12 ? resource.id.slice(0, ID_LENGTH_MAX) : resource.id;
  const isState = event.origin === 'opennebula' && state !== undefined && phase === undefined;
  const call = event.nativetype.replace(/^API /, '');
  const word = call.endsWith('.action') ? ` ${nativeAction ?? ''}` : '';
  return {
    system: SYSTEMS[event.origin] ?? event.origin,
    subject: `${noun} ${id}`,
    happening: isState ? state.native : `${call}${word}`,
  };
}

/** What the target calls it: the event type of a notification, the key of a hook message. */
function nameOf({ natives }: Encoded<unknown>): string {
  const [first] = natives as readonly { readonly key?: string; readonly body?: unknown }[];
  if (first?.key !== undefined) return first.key.trim();
  return typeof first?.body === 'string' ? eventTypeOf(first.body) : '';
}

/** The event type in a notification's body, with or without its envelope. */
export function eventTypeOf(body: string): string {
  return notificationOf(body).event_type ?? '';
}

/** A notification out of a body, with or without its envelope. */
export function notificationOf(body: string): {
  readonly event_type?: string;
  readonly priority?: string;
  readonly payload?: { readonly display_name?: string };
} {
  const outer = JSON.parse(body) as { readonly 'oslo.message'?: string };
  const inner = outer['oslo.message'];
  return (inner === undefined ? outer : JSON.parse(inner)) as ReturnType<typeof notificationOf>;
}
