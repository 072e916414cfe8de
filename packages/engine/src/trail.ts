/** The trail of an event: the brokers it has passed, by which loops are recognised. */
import { trailThrough, type CanonicalEvent } from '@viaduct/core';
import { BROKER_ID_LENGTH_MAX } from './limits.ts';

/** Why an event goes no further: it was here before, or has passed too many brokers. */
export type TrailFault = 'loop' | 'trail-too-long';

/** Whether an event that was just received must be stopped. */
export function trailFault(
  event: CanonicalEvent,
  brokerId: string,
  lengthMax: number,
): TrailFault | undefined {
  const { trail } = event;
  if (trail === undefined || trail === '') return undefined;
  // Checked before it is split: a trail comes from outside.
  if (trail.length > lengthMax * (BROKER_ID_LENGTH_MAX + 1)) return 'trail-too-long';
  const ids = trail.split(' ');
  if (ids.includes(brokerId)) return 'loop';
  return ids.length > lengthMax ? 'trail-too-long' : undefined;
}

/** The event with this broker as the last of its trail. */
export function withTrail(event: CanonicalEvent, brokerId: string): CanonicalEvent {
  return { ...event, trail: trailThrough(event.trail, brokerId) };
}
