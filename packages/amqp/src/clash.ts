/** What differs between a declaration and what exists, as RabbitMQ puts it. */
export interface Clash {
  /** `durable`, `type`, `auto_delete`, `x-queue-type`, `x-max-length`… */
  readonly argument: string;
  readonly object: 'exchange' | 'queue';
  readonly name: string;
  /** What the declaration said; undefined: nothing. */
  readonly declared: string | undefined;
  /** What exists; undefined: nothing. */
  readonly existing: string | undefined;
}

/**
 * Reads RabbitMQ's 406 (seen with 3.8 to 4.1):
 *
 *     PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'nova' in vhost '/':
 *       received 'true' but current is 'false'
 *     … arg 'x-queue-type' for queue 'q' in vhost '/': received none but current is the value
 *       'quorum' of type 'longstr'
 */
export function parseClash(text: string): Clash | undefined {
  const match = INEQUIVALENT.exec(text);
  if (match === null) return undefined;
  const [, argument = '', object, name = '', declared = '', existing = ''] = match;
  return {
    argument,
    object: object === 'exchange' ? 'exchange' : 'queue',
    name,
    declared: quoted(declared),
    existing: quoted(existing),
  };
}

const INEQUIVALENT = new RegExp(
  "inequivalent arg '([^']+)' for (exchange|queue) '(.*)' in vhost '.*': " +
    'received (.+?) but current is (.+?)"?$',
  's',
);

function quoted(text: string): string | undefined {
  return /'([^']*)'/.exec(text)?.[1];
}
