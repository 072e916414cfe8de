/** Colours of severities and states. Words stand beside them: nobody needs to see a colour. */
import type { EventSummary } from '@viaduct/broker/admin-api';

/** A colour of the style sheet for a severity. */
export function severityColour(severity: string | undefined): string {
  switch (severity) {
    case 'critical':
    case 'error':
      return 'var(--mantine-color-red-6)';
    case 'warning':
      return 'var(--mantine-color-orange-5)';
    case 'notice':
    case 'info':
      return 'var(--mantine-color-cyan-6)';
    default:
      return 'var(--mantine-color-gray-5)';
  }
}

/** A colour of the component library for what an event says of its resource. */
export function stateColour({ state, outcome }: Pick<EventSummary, 'state' | 'outcome'>): string {
  if (state === 'failed' || state === 'error' || outcome === 'failure') return 'red';
  if (state === 'running' || state === 'active' || outcome === 'success') return 'teal';
  if (state === 'deleted' || state === 'unknown') return 'gray';
  return 'blue';
}

/** The same for what became of a delivery. */
export function outcomeColour(outcome: string): string {
  switch (outcome) {
    case 'delivered':
    case 'done':
      return 'teal';
    case 'sent':
      return 'blue';
    case 'dead letter':
    case 'refused':
      return 'red';
    case 'unavailable':
    case 'parked':
    case 'waiting':
      return 'orange';
    default:
      return 'gray';
  }
}
