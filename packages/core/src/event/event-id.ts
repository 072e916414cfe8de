import type { DecodeContext } from '../codec.ts';
import { fingerprint } from './fingerprint.ts';
import { uuidFromName } from '../uuid.ts';

/**
 * The id of an event whose dialect has none: a UUIDv5 of its source, the native message, the time
 * of receipt, the message's ordinal and the event's place in it (`index`, from 0). Decoding the
 * same receipt again gives the same id; two receipts never share one.
 */
export function occurrenceId(
  source: string,
  native: string,
  context: DecodeContext,
  index = 0,
): string {
  const receipt = [context.receivedAt, context.ordinal, index].join('\n');
  return uuidFromName(`${source}\n${fingerprint(native)}\n${receipt}`);
}
