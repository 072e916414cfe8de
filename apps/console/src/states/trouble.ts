/** What is the matter, by one rule for every view. */
import type { SinkBody, SourceBody, StatusBody } from '@viaduct/broker/admin-api';

/** How bad it is. */
export type Level = 'good' | 'waiting' | 'trouble';

/** How bad, and a few words why. */
export interface Trouble {
  readonly level: Level;
  readonly text: string;
}

/** The component library's colour of a level. */
export function colourOf(level: Level): string {
  return { good: 'teal', waiting: 'orange', trouble: 'red' }[level];
}

/** Of one source or sink. */
export function troubleOfEndpoint({ state }: SourceBody | SinkBody): Trouble {
  switch (state) {
    case 'connected':
      return { level: 'good', text: 'connected' };
    case 'gave-up':
    case 'blocked':
    case 'waiting':
      return { level: 'trouble', text: state };
    default:
      return { level: 'waiting', text: state };
  }
}

/** Of the whole broker: the worst there is. */
export function troubleOf({ state, sources, sinks }: StatusBody): Trouble {
  if (state === 'failed') return { level: 'trouble', text: 'the journal failed' };
  if (state !== 'running') return { level: 'waiting', text: state };
  const endpoints = [...sources, ...sinks];
  const bad = endpoints.filter((one) => troubleOfEndpoint(one).level === 'trouble');
  if (bad.length === 1)
    return { level: 'trouble', text: `${bad[0]?.name ?? ''} ${bad[0]?.state ?? ''}` };
  if (bad.length > 1) return { level: 'trouble', text: `${String(bad.length)} in trouble` };
  const waiting = endpoints.filter((one) => troubleOfEndpoint(one).level === 'waiting');
  if (waiting.length > 0)
    return { level: 'waiting', text: `${String(waiting.length)} not connected` };
  return { level: 'good', text: 'all connected' };
}
