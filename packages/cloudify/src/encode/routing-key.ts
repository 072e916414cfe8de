import { isWorkflowEvent } from '../decode/event-view.ts';
import { EVENTS_KEY, HOOKS_KEY } from '../message.ts';

/** The routing key that the stock components publish an event type under. */
export function routingKeyOf(eventType: string): string {
  return isWorkflowEvent(eventType) ? HOOKS_KEY : EVENTS_KEY;
}
