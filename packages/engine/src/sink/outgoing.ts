/** From a claimed event to a parcel. Synchronous. */
import {
  fail,
  type CodecError,
  type EncodeContext,
  type Encoded,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import type { Claimed, NativeRecord } from '@viaduct/journal';
import type { SinkOptions } from '../options.ts';
import { asError } from '../thrown.ts';

/** What one sink's encoding needs beside the event. */
export interface EncodeFacts {
  readonly sentAt: number;
  readonly nonce: string;
  readonly brokerId: string;
}

/** Encodes a claimed event for a sink. Never throws, even if the codec does. */
export function encodeClaimed(
  claimed: Claimed,
  sink: SinkOptions,
  facts: EncodeFacts,
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
