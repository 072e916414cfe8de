import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  TransportError,
  type AdapterContext,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import { writeBinary } from '../format/binary.ts';
import { encodeHeaderValue } from './header-value.ts';
import { HttpClient, isUnanswered, type HttpRequest } from './http-client.ts';
import { outcomeOfAnswer } from './http-outcome.ts';
import type { HttpSinkConfig } from './http-sink-config.ts';
import {
  BATCH_MEDIA_TYPE,
  EVENT_MEDIA_TYPE,
  traceHeader,
  type CloudEventMessage,
} from '../message.ts';
import { formatBatch, formatStructured } from '../format/structured.ts';
import { askConsent, Pace } from './webhook-consent.ts';

/** A status is an answer; the requests of one call go out one after the other. */
export const HTTP_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 100,
  concurrencyMax: 8,
};

/** A webhook sender. See {@link HttpSinkConfig}; opens nothing before `connect`. */
export function createHttpSink(
  config: HttpSinkConfig,
  context: AdapterContext,
): Sink<CloudEventMessage> {
  let sender: WebhookSender | undefined;
  let attempt = new AbortController();
  const close = (): Promise<void> => {
    attempt.abort();
    sender?.close();
    sender = undefined;
    return Promise.resolve();
  };
  return {
    async connect(signal) {
      await close();
      const mine = new AbortController();
      attempt = mine;
      const either = AbortSignal.any([signal, mine.signal]);
      const opened = await WebhookSender.open(config, context, either);
      if (!either.aborted) {
        sender = opened;
        return;
      }
      opened.close();
      throw closed();
    },
    async send(parcels, signal) {
      if (sender === undefined) throw closed();
      return sender.send(parcels, AbortSignal.any([signal, attempt.signal]));
    },
    close,
  };
}

/** One or more parcels that go out as one request. */
interface Shipment {
  readonly parcels: readonly number[];
  readonly messages: readonly CloudEventMessage[];
}

/** A sender at work. */
class WebhookSender {
  readonly #config: HttpSinkConfig;
  readonly #context: AdapterContext;
  readonly #client: HttpClient;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #pace: Pace;

  private constructor(
    config: HttpSinkConfig,
    context: AdapterContext,
    client: HttpClient,
    pace: Pace,
  ) {
    this.#config = config;
    this.#context = context;
    this.#client = client;
    this.#headers = headersOf(config);
    this.#pace = pace;
  }

  static async open(
    config: HttpSinkConfig,
    context: AdapterContext,
    signal: AbortSignal,
  ): Promise<WebhookSender> {
    checkHeaders(headersOf(config));
    const { clock } = context;
    const { url, tls, timeoutMs, idleTimeoutMs, origin } = config;
    const client = await HttpClient.create({
      clock,
      url,
      timeoutMs,
      idleTimeoutMs,
      connectionsMax: HTTP_SINK_CAPABILITIES.concurrencyMax,
      ...(tls === undefined ? {} : { tls }),
    });
    try {
      const rate =
        origin === undefined ? 0 : await askConsent(client, origin, headersOf(config), signal);
      return new WebhookSender(config, context, client, new Pace(clock, rate));
    } catch (error) {
      client.close();
      throw error;
    }
  }

  close(): void {
    this.#client.close();
  }

  async send(
    parcels: readonly Parcel<CloudEventMessage>[],
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    const outcomes: (Outcome | undefined)[] = parcels.map(() => undefined);
    let obstacle: Outcome | undefined;
    for (const shipment of this.#shipments(parcels)) {
      // Nothing overtakes: what comes behind an obstacle waits with it.
      for (const [parcel, outcome] of obstacle ? [] : await this.#ship(shipment, signal)) {
        if (outcomes[parcel]?.kind !== 'refused') outcomes[parcel] = outcome;
        if (outcome.kind === 'unavailable') obstacle = behind(outcome);
      }
    }
    return outcomes.map((outcome) => outcome ?? obstacle ?? { kind: 'delivered' });
  }

  #shipments(parcels: readonly Parcel<CloudEventMessage>[]): readonly Shipment[] {
    const items = parcels.flatMap(({ natives }, parcel) =>
      natives.map((message) => ({ parcel, message })),
    );
    if (this.#config.mode !== 'batched') {
      return items.map(({ parcel, message }) => ({ parcels: [parcel], messages: [message] }));
    }
    const shipments: { parcels: number[]; messages: CloudEventMessage[] }[] = [];
    let room = 0;
    for (const { parcel, message } of items) {
      const length = formatStructured(message).length;
      const last = shipments.at(-1);
      if (last === undefined || length > room) {
        shipments.push({ parcels: [parcel], messages: [message] });
        room = this.#config.batchBytesMax;
      } else {
        last.parcels.push(parcel);
        last.messages.push(message);
      }
      room -= length;
    }
    return shipments;
  }

  async #ship(
    shipment: Shipment,
    signal: AbortSignal,
  ): Promise<readonly (readonly [number, Outcome])[]> {
    const outcome = await this.#post(shipment.messages, signal);
    const { parcels, messages } = shipment;
    if (outcome.kind !== 'refused' || messages.length === 1) {
      return parcels.map((parcel) => [parcel, outcome]);
    }
    // Somebody in the batch is to blame; each alone tells who.
    this.#context.count('batches-split');
    const apart: [number, Outcome][] = [];
    for (const [index, message] of messages.entries()) {
      const own = await this.#post([message], signal);
      apart.push([parcels[index] ?? 0, own]);
      if (own.kind === 'unavailable') break;
    }
    return apart;
  }

  async #post(messages: readonly CloudEventMessage[], signal: AbortSignal): Promise<Outcome> {
    const { clock } = this.#context;
    try {
      await this.#pace.turn(signal);
      const answer = await this.#client.send(this.#request(messages), signal);
      const { place } = this.#client;
      return outcomeOfAnswer(answer, place, this.#config.retryAfterMs, clock.now());
    } catch (error) {
      const { code, message } = error instanceof TransportError ? error : closed();
      const isAlone = messages.length === 1 && isUnanswered(error);
      return { kind: 'unavailable', code, message, ...(isAlone ? { timedOut: true } : {}) };
    }
  }

  #request(messages: readonly CloudEventMessage[]): HttpRequest {
    const content = contentOf(messages, this.#config.mode);
    return {
      method: 'POST',
      headers: { ...this.#headers, ...content.headers },
      body: content.body,
    };
  }
}

/** What is said of parcels that were not sent because of one before them. */
function behind(outcome: Outcome & { readonly kind: 'unavailable' }): Outcome {
  const { kind, code, message, retryAfterMs } = outcome;
  return { kind, code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

const encoder = new TextEncoder();

/** The events in the content mode that is asked for. */
function contentOf(
  messages: readonly CloudEventMessage[],
  mode: HttpSinkConfig['mode'],
): Pick<HttpRequest, 'headers' | 'body'> {
  const [message] = messages;
  if (mode === 'batched' || message === undefined) {
    const headers = { 'content-type': `${BATCH_MEDIA_TYPE}; charset=utf-8` };
    return { headers, body: encoder.encode(formatBatch(messages)) };
  }
  if (mode === 'structured') {
    const type = `${EVENT_MEDIA_TYPE}; charset=utf-8`;
    const headers = { ...traceHeader(message), 'content-type': type };
    return { headers, body: encoder.encode(formatStructured(message)) };
  }
  const { attributes, contentType, body } = writeBinary(message);
  const headers: Record<string, string> = { ...traceHeader(message) };
  for (const [name, value] of attributes) headers[`ce-${name}`] = encodeHeaderValue(value);
  if (contentType !== undefined) headers['content-type'] = contentType;
  return { headers, body };
}

/** What every request says. Headers that would change what a request is are left out. */
function headersOf(config: HttpSinkConfig): Readonly<Record<string, string>> {
  const own = Object.entries(config.headers ?? {})
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !RESERVED.test(name));
  return {
    ...Object.fromEntries(own),
    'user-agent': 'viaduct',
    ...(config.token === undefined ? {} : { authorization: `Bearer ${config.token}` }),
    ...(config.origin === undefined ? {} : { 'webhook-request-origin': config.origin }),
  };
}

const RESERVED =
  /^(?:ce-.*|content-.*|host|connection|transfer-encoding|expect|upgrade|te|trailer)$/;

/** Throws a permanent error for a header that HTTP cannot carry; never shows its value. */
function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (cause) {
      const text = `the header ${JSON.stringify(name)} has a name or value that HTTP cannot carry`;
      throw new TransportError('permanent', 'VIA_CLOUDEVENTS_HEADER', text, { cause });
    }
  }
}

function closed(): TransportError {
  return new TransportError('reconnect', 'VIA_CLOUDEVENTS_CLOSED', 'the sender is not open');
}
