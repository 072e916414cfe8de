/** Longer texts are no trails of ours: some hundred brokers would have to stand in it. */
const TRAIL_LENGTH_MAX = 4_096;

/** The ids of brokers, a blank between them. */
const TRAIL = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/**
 * The trail of an event that this broker sends: it stands at the end, and there once. Without an id
 * (`''`: a translation outside any broker) the trail stays as it is.
 */
export function trailThrough(trail: string | undefined, brokerId: string): string {
  if (trail === undefined || trail === '') return brokerId;
  if (brokerId === '' || trail === brokerId || trail.endsWith(` ${brokerId}`)) return trail;
  return `${trail} ${brokerId}`;
}

/** Whether what a peer sent can be a trail. */
export function isTrail(text: string | undefined): text is string {
  return text !== undefined && text.length <= TRAIL_LENGTH_MAX && TRAIL.test(text);
}
