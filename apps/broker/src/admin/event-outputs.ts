/**
 * What sinks were given of an event. The journal keeps what came in and what is owed, not what went
 * out: it is encoded again, as the sink is configured now, and says so.
 */
import { randomBytes } from 'node:crypto';
import {
  type Codec,
  type EncodeContext,
  fail,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import type { CodecError, Encoded } from '@viaduct/core';
import { inShapeFor } from '@viaduct/engine';
import type { NativeRecord } from '@viaduct/journal';
import { explain, type Explanation } from '@viaduct/translation';
import type { ConfiguredSink } from '../config/configuration.ts';
import { messageOf } from '../error-fields.ts';
import type { DeliveryState, EventDetails } from '../operations/operations.ts';
import type { RunningBroker } from '../running/running-broker.ts';
import type { AdminContext } from './context.ts';
import type { RecentDelivery } from './recent-deliveries.ts';
import type { RouteTaken } from './routes-taken.ts';

/** An event in one dialect. */
export interface EventOutput {
  readonly recomputed: true;
  readonly dialect: string;
  /** In the JSON form of the dialect; missing with `error`. */
  readonly natives?: readonly JsonObject[];
  readonly losses?: Encoded<unknown>['losses'];
  readonly invented?: Encoded<unknown>['invented'];
  readonly explain?: Explanation;
  readonly error?: CodecError;
}

/** One sink an event is owed to, and all that is known of it. */
export interface DeliveryBody extends DeliveryState {
  readonly recent: readonly RecentDelivery[];
  /** Missing where the sink is not configured any more. */
  readonly output?: EventOutput;
}

/** One event with all that is known of it. */
export interface EventBody extends EventDetails {
  readonly deliveries: readonly DeliveryBody[];
  readonly routes: readonly RouteTaken[];
}

/** Each delivery of an event. */
export function deliveriesOf(
  details: EventDetails,
  { configuration, journal }: RunningBroker,
  context: AdminContext,
): readonly DeliveryBody[] {
  const recent = context.deliveries.of(details.position);
  const known = new Set(details.deliveries.map(({ sink }) => sink));
  // A sink that came later and began in the past is no target of the event, and yet got it.
  const late = new Set(recent.map(({ sink }) => sink).filter((sink) => !known.has(sink)));
  const done = [...late].map((sink): DeliveryState => ({ sink, state: 'done', attempts: [] }));
  return [...details.deliveries, ...done].map((delivery) => {
    const sink = configuration.sinks.find(({ name }) => name === delivery.sink);
    const own = recent.filter((one) => one.sink === delivery.sink);
    if (sink === undefined) return { ...delivery, recent: own };
    const sending = sendingOf(details.at, journal.brokerId, encodeOptionsOf(sink));
    const shaped = inShapeFor(sink.name, details, details.variants);
    const output = outputOf(sink.adapter.codec, shaped, sending, false);
    return { ...delivery, recent: own, output };
  });
}

/** An event in any dialect, with where each value came from. */
export function renderedIn(
  codec: Codec<unknown>,
  details: EventDetails,
  { journal }: RunningBroker,
  { clock }: AdminContext,
): EventOutput {
  const sending = sendingOf(clock.now(), journal.brokerId, undefined);
  return outputOf(codec, details, sending, true);
}

function encodeOptionsOf({ kind, options }: ConfiguredSink): JsonObject | undefined {
  return kind.encodeOptions?.(options);
}

function sendingOf(
  sentAt: number,
  brokerId: string,
  options: JsonObject | undefined,
): EncodeContext<unknown> {
  const nonce = randomBytes(16).toString('hex');
  const sending = { sentAt, attempt: 1, nonce, brokerId };
  return options === undefined ? sending : { ...sending, options };
}

function outputOf(
  codec: Codec<unknown>,
  { event, native }: Pick<EventDetails, 'event' | 'native'>,
  sending: EncodeContext<unknown>,
  isExplained: boolean,
): EventOutput {
  const { dialect } = codec;
  const own = native?.dialect === dialect ? nativeOf(codec, native) : undefined;
  if (own?.ok === false) return { recomputed: true, dialect, error: own.error };
  const redactions = native?.redactions ?? [];
  const context = own === undefined ? sending : { ...sending, native: own.value, redactions };
  const encoded = codec.encode(event, context);
  if (!encoded.ok) return { recomputed: true, dialect, error: encoded.error };
  const { natives, losses, invented } = encoded.value;
  const output: EventOutput = {
    recomputed: true,
    dialect,
    natives: natives.map((one) => codec.format(one)),
    losses,
    invented,
  };
  if (!isExplained) return output;
  return { ...output, explain: explain(codec, event, context, encoded.value) };
}

function nativeOf(codec: Codec<unknown>, { text }: NativeRecord): Result<unknown, CodecError> {
  try {
    return codec.parse(JSON.parse(text) as JsonValue);
  } catch (error) {
    return fail({ code: 'VIA_ADMIN_REQUEST', message: messageOf(error) });
  }
}
