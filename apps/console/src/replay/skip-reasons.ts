/** Why something is not sent again, for people. */
import type { SkipReason } from '@viaduct/broker/admin-api';

/** A clause each, after "12 left out:". */
export const SKIP_REASONS: Readonly<Record<SkipReason, string>> = {
  superseded: 'a newer event of the same resource tells another state',
  replayed: 'sent before by this replay',
  copy: 'written by a replay themselves',
  unrouted: 'the routes lead to none of these sinks',
  'route-failed': 'the routes cannot be applied',
  loop: 'had been here before: sent again they would go round',
  'no-sink': 'their sink is not configured any more',
  'no-source': 'their source is not configured any more, or speaks another dialect',
  undecodable: 'not understood today either',
  'nothing-kept': 'the journal holds nothing to send any more',
  'no-event': 'understood, and no event: removed',
};
