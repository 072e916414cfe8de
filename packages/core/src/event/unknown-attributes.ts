import type { CanonicalEvent } from './event.ts';
import type { Loss } from '../loss.ts';

/** Every attribute that {@link CanonicalEvent} has. */
const KNOWN: Readonly<Record<keyof CanonicalEvent, true>> = {
  specversion: true,
  id: true,
  source: true,
  type: true,
  subject: true,
  time: true,
  datacontenttype: true,
  dataschema: true,
  origin: true,
  nativetype: true,
  partitionkey: true,
  trail: true,
  receivedtime: true,
  timesource: true,
  traceparent: true,
  replayed: true,
  data: true,
};

/** Such losses listed for one event at most; a hostile event can have a million attributes. */
const LOSSES_MAX = 100;

/**
 * The losses of extensions that a canonical event from outside brought along and Viaduct has no
 * meaning for: only CloudEvents have a place for them. Where the output is read back, what that
 * says as it was is not lost. An encoder of any other dialect adds these to what it lists itself.
 */
export function unknownAttributeLosses(
  event: CanonicalEvent,
  back?: CanonicalEvent,
): readonly Loss[] {
  const losses: Loss[] = [];
  const attributes = event as unknown as Readonly<Record<string, unknown>>;
  const kept = (back ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(attributes)) {
    if (Object.hasOwn(KNOWN, name) || attributes[name] === undefined) continue;
    if (Object.hasOwn(kept, name) && kept[name] === attributes[name]) continue;
    losses.push({ path: name, reason: 'unsupported' });
    if (losses.length === LOSSES_MAX) break;
  }
  return losses;
}
