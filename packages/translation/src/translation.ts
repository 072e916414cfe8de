import {
  type CanonicalEvent,
  type Codec,
  type CodecError,
  type EncodeContext,
  fail,
  type Invention,
  type JsonObject,
  type JsonValue,
  type Loss,
  ok,
  type Result,
} from '@viaduct/core';
import { explain, type Explanation } from './explain.ts';

/** One native message in another dialect; empty lists where it is understood and no event. */
export interface Translation {
  readonly events: readonly CanonicalEvent[];
  /** In the JSON form of the target dialect. */
  readonly natives: readonly JsonObject[];
  readonly losses: readonly Loss[];
  readonly invented: readonly Invention[];
  /** One for each event, where it was asked for. */
  readonly explain?: readonly Explanation[];
}

/** What a translation needs to know of the world. */
export interface TranslationContext {
  readonly from: Codec<unknown>;
  readonly to: Codec<unknown>;
  /** The name of the system that the messages come from. */
  readonly system: string;
  /** When they were received and are sent again, milliseconds since the epoch. */
  readonly at: number;
  /** 32 hexadecimal digits, new for each call. */
  readonly nonce: string;
  /** Counts the inputs. */
  readonly ordinal: number;
  /** Whether to say where each value of the output came from. */
  readonly explain?: boolean;
}

/** Stands for a broker where there is none: the nil UUID, which no broker is given. */
const NO_BROKER = '00000000-0000-0000-0000-000000000000';

/**
 * Translates one message in its JSON form (or its bare body) as the engine would: secrets are
 * replaced first, and where source and target are one dialect the native message goes along.
 */
export function translate(
  input: JsonValue,
  context: TranslationContext,
): Result<Translation, CodecError> {
  const { from, to } = context;
  const parsed = from.parse(input);
  if (!parsed.ok) return parsed;
  const { native, redactions } = from.redact(parsed.value);
  const decoded = from.decode(native, {
    receivedAt: context.at,
    system: context.system,
    ordinal: context.ordinal,
  });
  if (!decoded.ok) return decoded;

  const isSameDialect = from.dialect === to.dialect;
  const events: CanonicalEvent[] = [];
  const natives: JsonObject[] = [];
  const losses: Loss[] = [];
  const invented: Invention[] = [];
  const explanations: Explanation[] = [];
  for (const { event } of decoded.value) {
    const sending: EncodeContext<unknown> = {
      sentAt: context.at,
      attempt: 1,
      nonce: context.nonce,
      brokerId: NO_BROKER,
      ...(isSameDialect ? { native, redactions } : {}),
    };
    const encoded = to.encode(event, sending);
    if (!encoded.ok) return fail(encoded.error);
    events.push(event);
    natives.push(...encoded.value.natives.map((item) => to.format(item)));
    losses.push(...encoded.value.losses);
    invented.push(...encoded.value.invented);
    if (context.explain === true) explanations.push(explain(to, event, sending, encoded.value));
  }
  const translation = { events, natives, losses, invented };
  return ok(context.explain === true ? { ...translation, explain: explanations } : translation);
}
