import type { EventData, JsonObject } from '@viaduct/core';

/** What one body says, before it is made an event. */
export interface DecodedBody {
  /** The key without its id and success: `STATE VM/ACTIVE/RUNNING`, `API one.vm.allocate`. */
  readonly nativetype: string;
  readonly data: EventData;
  /** What the trackers need to know of the states' chain. */
  readonly facts: JsonObject;
}
