/** What a sink is owed from before its time: nobody could name it then. */
import type { Claimed, NewDeadLetter } from '@viaduct/journal';
import { isCopy } from '../replay/copy.ts';
import type { EngineScope } from '../scope.ts';
import { unroutableLetters } from '../source/letters.ts';
import { claimedFor } from './shape.ts';

/** What becomes of a claimed event: it is sent, it is not for this sink, or a route fails on it. */
export type OwnShape =
  | { readonly kind: 'own'; readonly claimed: Claimed }
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'unroutable'; readonly letter: NewDeadLetter };

const UNWANTED: OwnShape = { kind: 'unwanted' };

/** What is from before the time of this sink goes where, and as, the routes of today say. */
export function inOwnShape(
  sink: string,
  claimed: Claimed,
  { router, clock }: Pick<EngineScope, 'router' | 'clock'>,
): OwnShape {
  const { entry } = claimed;
  if (entry.targets.includes(sink)) {
    return { kind: 'own', claimed: claimedFor(sink, claimed, entry.variants) };
  }
  if (isCopy(entry)) return UNWANTED;
  const { targets, variants, failures } = router.route(entry.event, entry.source);
  if (targets.includes(sink)) return { kind: 'own', claimed: claimedFor(sink, claimed, variants) };
  const letters = unroutableLetters(failures, entry, clock.now());
  const letter = letters.find((one) => one.sink === sink);
  return letter === undefined ? UNWANTED : { kind: 'unroutable', letter };
}
