import {
  ok,
  trailThrough,
  TYPE_PREFIX,
  type CanonicalEvent,
  type CodecError,
  type EncodeContext,
  type Encoded,
  type JsonObject,
  type Loss,
  type Result,
} from '@viaduct/core';
import { readEncodeOptions } from './encode-options.ts';
import {
  ID_EXTENSION,
  textAttribute,
  TRACE_EXTENSION,
  TRAIL_EXTENSION,
  type CloudEventMessage,
} from './message.ts';

/**
 * An event as a CloudEvent: what it is already, with this broker at the end of its trail, so
 * nothing is lost. One that came as a CloudEvent of somebody else's type goes on as that, with two
 * extensions: the canonical id and the trail, and its trace context where that is another by now.
 */
export function encode(
  event: CanonicalEvent,
  context: EncodeContext<CloudEventMessage>,
): Result<Encoded<CloudEventMessage>, CodecError> {
  const { form } = readEncodeOptions(context.options);
  const native = form === 'native' ? context.native?.event : undefined;
  const trail = trailThrough(event.trail, context.brokerId);
  const losses = (context.redactions ?? []).map(({ path }): Loss => ({ path, reason: 'redacted' }));
  if (native === undefined || textAttribute(native, 'type')?.startsWith(TYPE_PREFIX) !== false) {
    const own = { ...event, trail } as unknown as JsonObject;
    return ok({ natives: [{ event: own }], losses, invented: [] });
  }
  const sent = {
    ...native,
    [ID_EXTENSION]: event.id,
    [TRAIL_EXTENSION]: trail,
    ...(event.traceparent === undefined ? {} : { [TRACE_EXTENSION]: event.traceparent }),
  };
  return ok({ natives: [{ event: sent }], losses, invented: [] });
}
