/** Longer texts are no trails of ours: some hundred brokers would have to stand in it. */
const TRAIL_LENGTH_MAX = 4_096;

/** The trail of an event that this broker sends: it stands at the end, and there once. */
export function trailThrough(trail: string | undefined, brokerId: string): string {
  if (trail === undefined || trail === '') return brokerId;
  return trail.split(' ').at(-1) === brokerId ? trail : `${trail} ${brokerId}`;
}

/** Whether what a peer sent can be a trail. */
export function isTrail(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= TRAIL_LENGTH_MAX;
}
