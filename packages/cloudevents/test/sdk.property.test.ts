import { CloudEvent, HTTP, type Message } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@viaduct/core';
import {
  formatBatch,
  formatStructured,
  readHttp,
  writeBinary,
  encodeHeaderValue,
  type CloudEventMessage,
} from '../src/codec.ts';
import { without } from '../src/message.ts';
import { anyEvent, decoded, encoded } from './canonical-events.ts';

const BATCH_MAX = 100;
const encoder = new TextEncoder();

/** Printable and not percent: the SDK percent-encodes nothing. */
const headerText = fc
  .string({
    unit: fc.constantFrom(...Array.from('abcXYZ 0129-._~:/?#@!$&()*+,;=<>[]{}|^`')),
    minLength: 1,
  })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const jsonData = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
const extension = fc
  .stringMatching(/^x[a-z0-9]{1,15}$/)
  .filter((name) => !['time', 'data'].includes(name));
const extensions = fc.dictionary(extension, headerText, { maxKeys: 4, noNullPrototype: true });
const time = fc
  .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  .map((date) => date.toISOString());

const sdkEvent = fc
  .record(
    {
      id: headerText,
      type: headerText,
      source: fc.webUrl(),
      subject: headerText,
      time,
      dataschema: fc.webUrl(),
      datacontenttype: fc.constant('application/json'),
      data: jsonData,
      extensions,
    },
    { requiredKeys: ['id', 'type', 'source', 'extensions'], noNullPrototype: true },
  )
  .map(({ extensions: more, ...event }) => new CloudEvent({ ...event, ...more }));

function http(message: Message): Parameters<typeof readHttp>[0] {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const { body } = message;
  const bytes =
    body instanceof Uint8Array ? body : encoder.encode((body as string | undefined) ?? '');
  return { headers, body: bytes };
}

function readOne(message: Message): CloudEventMessage {
  const read = readHttp(http(message), BATCH_MAX);
  if (!read.ok) throw new Error(`${read.error.code} ${read.error.message}`);
  expect(read.value).toHaveLength(1);
  return read.value[0]!;
}

/** The SDK's own JSON of an event, as plain JSON. */
function plain(event: CloudEvent<unknown>): JsonObject {
  return JSON.parse(JSON.stringify(event)) as JsonObject;
}

/** URIs that differ in their escapes alone are the same: the SDK leaves them ambiguous in headers. */
function unescaped(event: JsonObject): JsonObject {
  const plainUri = (text: unknown): string => {
    try {
      return decodeURIComponent(String(text));
    } catch {
      return String(text);
    }
  };
  return { ...event, source: plainUri(event.source), dataschema: plainUri(event.dataschema) };
}

/** Ours in binary mode as the SDK's message. */
function binaryMessage(message: CloudEventMessage): Message {
  const { attributes, contentType, body } = writeBinary(message);
  const headers: Record<string, string> = {};
  for (const [name, value] of attributes) headers[`ce-${name}`] = encodeHeaderValue(value);
  if (contentType !== undefined) headers['content-type'] = contentType;
  return { headers, body: new TextDecoder().decode(body) };
}

function sdkReads(message: Message): CloudEvent<unknown> {
  const event = HTTP.toEvent(message) as CloudEvent<unknown>;
  // Reading is lenient there; this is not.
  return new CloudEvent(plain(event), true);
}

describe('what the SDK sends is read', () => {
  test('structured', () => {
    fc.assert(
      fc.property(sdkEvent, (event) => {
        const message = readOne(HTTP.structured(event));
        expect(decoded(message).nativetype).toBe(event.type);
        // Long decimals are kept as bytes, which say the same.
        if ('data_base64' in message.event) return;
        expect(message.event).toEqual(plain(event));
      }),
    );
  });

  test('binary', () => {
    fc.assert(
      fc.property(sdkEvent, (event) => {
        const message = readOne(HTTP.binary(event));
        expect(decoded(message).nativetype).toBe(event.type);
        if ('data_base64' in message.event) return;
        const read = without(message.event, 'datacontenttype');
        const sent = without(plain(event), 'datacontenttype');
        expect(unescaped(read)).toEqual(unescaped(sent));
      }),
    );
  });

  test('binary, with bytes for data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (data) => {
        const event = new CloudEvent({
          type: 't',
          source: '/s',
          datacontenttype: 'image/png',
          data,
        });
        const binary = readOne(HTTP.binary(event));
        const structured = readOne(HTTP.structured(event));
        expect(binary.event.data_base64).toBe(Buffer.from(data).toString('base64'));
        expect(structured.event.data_base64).toBe(binary.event.data_base64);
      }),
    );
  });

  test('batched', () => {
    fc.assert(
      fc.property(fc.array(sdkEvent, { maxLength: 5 }), (events) => {
        const body = encoder.encode(JSON.stringify(events));
        const headers = { 'content-type': 'application/cloudevents-batch+json; charset=UTF-8' };
        const read = readHttp({ headers, body }, BATCH_MAX);
        expect(read.ok && read.value.map((message) => message.event.id)).toEqual(
          events.map(({ id }) => id),
        );
      }),
    );
  });
});

describe('what is sent the SDK reads', () => {
  test('its own events, sent on in each mode', () => {
    fc.assert(
      fc.property(sdkEvent, (event) => {
        const received = readOne(HTTP.structured(event));
        const sent = encoded(decoded(received), received);
        const structured = sdkReads({
          headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
          body: formatStructured(sent),
        });
        const attributes = without(plain(event), 'data', 'data_base64', 'datacontenttype');
        expect(plain(structured)).toMatchObject(attributes);
        expect(sdkReads(binaryMessage(sent)).id).toBe(encodeHeaderValue(event.id));
        const batch = HTTP.toEvent({
          headers: { 'content-type': 'application/cloudevents-batch+json' },
          body: formatBatch([sent, sent]),
        }) as CloudEvent<unknown>[];
        expect(batch.map(({ id }) => id)).toEqual([event.id, event.id]);
      }),
    );
  });

  test('events of other dialects, in each mode', () => {
    const sent = encoded(anyEvent());
    const structured = sdkReads({
      headers: { 'content-type': 'application/cloudevents+json' },
      body: formatStructured(sent),
    });
    expect(plain(structured)).toEqual(sent.event);
    const binary = sdkReads(binaryMessage(sent));
    expect(binary.data).toEqual(sent.event.data);
    expect(binary.type).toBe('io.viaduct.compute.create.end');
    expect(readOne(binaryMessage(sent)).event).toEqual(sent.event);
  });
});
