import type { EventData } from '@viaduct/core';

/** What the trap itself says of the event around the data; the rest follows from the receipt. */
export interface DecodedTrap {
  readonly data: EventData;
  readonly time?: string;
  readonly nativetype?: string;
  readonly source?: string;
  readonly traceparent?: string;
}
