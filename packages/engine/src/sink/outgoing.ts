/** From a claimed event to a parcel. Synchronous. */
import {
  fail,
  type CodecError,
  type EncodeContext,
  type Encoded,
  type JsonValue,
  ok,
  type Parcel,
  type Result,
} from '@viaduct/core';
import type { Claimed, NativeRecord } from '@viaduct/journal';
import type { SinkOptions } from '../options.ts';
import { asError } from '../thrown.ts';
import { withTraceparent } from './shape.ts';
import type { SinkDesk } from './sink-desk.ts';

/**
 * What goes out of a claimed event in this attempt, counted, and remembered so that it is known
 * when it comes back. Never throws, even if the codec does.
 */
export function parcelOf(claimed: Claimed, desk: SinkDesk): Result<Parcel<unknown>, CodecError> {
  const { options, scope, counters, nonce } = desk;
  const sent = withTraceparent(claimed, scope.tracing?.sending(options.name, claimed));
  const { event } = sent.entry;
  const facts = { sentAt: scope.clock.now(), nonce: nonce(), brokerId: scope.brokerId };
  const encoded = encodeClaimed(sent, options, facts);
  if (claimed.attempt > 1) counters.retries += 1;
  if (!encoded.ok) return encoded;
  const { natives, losses, invented } = encoded.value;
  scope.echoes.remember(options.adapter.codec, natives, claimed.entry.position);
  counters.losses += losses.length;
  counters.inventions += invented.length;
  scope.observer.encoded?.(options.name, event, encoded.value);
  return ok({ event, natives });
}

function encodeClaimed(
  claimed: Claimed,
  sink: SinkOptions,
  facts: Pick<EncodeContext<unknown>, 'sentAt' | 'nonce' | 'brokerId'>,
): Result<Encoded<unknown>, CodecError> {
  const { codec } = sink.adapter;
  const { event, native: record } = claimed.entry;
  try {
    const context: EncodeContext<unknown> = {
      ...facts,
      attempt: claimed.attempt,
      ...(sink.encodeOptions === undefined ? {} : { options: sink.encodeOptions }),
    };
    if (record?.dialect !== codec.dialect) return codec.encode(event, context);
    const native = readNative(record, sink);
    if (!native.ok) return native;
    const { redactions } = record;
    return codec.encode(event, { ...context, native: native.value, redactions });
  } catch (thrown) {
    return fail({ code: 'VIA_ENGINE_CODEC_THREW', message: asError(thrown).message });
  }
}

function readNative(record: NativeRecord, sink: SinkOptions): Result<unknown, CodecError> {
  let value: JsonValue;
  try {
    value = JSON.parse(record.text) as JsonValue;
  } catch (thrown) {
    return fail({ code: 'VIA_ENGINE_NATIVE_UNREADABLE', message: asError(thrown).message });
  }
  return sink.adapter.codec.parse(value);
}
