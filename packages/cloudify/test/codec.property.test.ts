import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '@viaduct/core';
import { eventProblems } from '@viaduct/testkit';
import { cloudifyCodec, hookContext, type CloudifyMessage } from '../src/codec.ts';
import {
  DECODE_CONTEXT,
  decoded,
  ENCODE_CONTEXT,
  encoded,
  foreignEvents,
  golden,
  goldens,
} from './reading.ts';

const CORPUS = goldens();

/** Everything a codec can be asked, one after the other; nothing of it may throw. */
function exercise(message: CloudifyMessage): void {
  const { native, redactions } = cloudifyCodec.redact(message);
  const formed = cloudifyCodec.format(native);
  expect(cloudifyCodec.parse(JSON.parse(JSON.stringify(formed)) as JsonValue).ok).toBe(true);
  hookContext(native);
  const result = cloudifyCodec.decode(native, DECODE_CONTEXT);
  if (!result.ok) {
    expect(result.error.code).toMatch(/^VIA_CLOUDIFY_/);
    return;
  }
  for (const { event } of result.value) {
    expect(eventProblems(event)).toEqual([]);
    const same = cloudifyCodec.encode(event, { ...ENCODE_CONTEXT, native, redactions });
    const anew = cloudifyCodec.encode(event, ENCODE_CONTEXT);
    for (const one of [same, anew]) {
      if (!one.ok) throw new Error(one.error.message);
      const again = one.value.natives.map((sent) => decoded(sent));
      expect(again.map(({ id }) => id)).toEqual([event.id]);
    }
  }
}

/** Pieces that break parsers: brackets, quotes, escapes, cut surrogates, key words. */
const piece = fc.oneof(
  fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'null', '\\u', '\ud800', '\u0000'),
  fc.constantFrom('"rest_token": "', '"__proto__"', '1e400', '-0', '123456789012345678901', 'NaN'),
  fc.constantFrom('"context"', '"message"', 'cloudify_log', 'task_failed', '"task_id": "x",'),
  fc.string({ maxLength: 12 }),
);

describe('mutated messages never make the codec throw', () => {
  test('with characters cut out, put in, replaced', () => {
    const mutation = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), piece);
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...CORPUS), mutations, (message, edits) => {
        if (typeof message.body !== 'string') return;
        let { body } = message;
        for (const [place, cut, text] of edits) {
          const at = Math.floor(place * body.length);
          body = body.slice(0, at) + text + body.slice(at + cut);
        }
        exercise({ ...message, body });
      }),
      { numRuns: 800 },
    );
  });

  test('with any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
        exercise({ body });
      }),
      { numRuns: 200 },
    );
  });

  test('with values of any type in the place of any other', () => {
    const members = ['event_type', 'context', 'message', 'timestamp', 'type', 'level'];
    const inner = [
      'execution_id',
      'tenant',
      'tenant_name',
      'task_id',
      'execution_parameters',
      'rest_token',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...CORPUS),
        fc.constantFrom(...members),
        fc.constantFrom(...inner),
        fc.jsonValue(),
        (message, member, name, value) => {
          if (typeof message.body !== 'string' || !message.body.startsWith('{')) return;
          let body: JsonObject;
          try {
            body = JSON.parse(message.body) as JsonObject;
          } catch {
            return;
          }
          exercise({ ...message, body: JSON.stringify({ ...body, [member]: value }) });
          const context = { ...(body.context as object), [name]: value };
          exercise({ ...message, body: JSON.stringify({ ...body, context }) });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('with any JSON for a message', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = cloudifyCodec.parse(value as JsonValue);
        if (result.ok) exercise(result.value);
      }),
    );
  });
});

describe('same-dialect output', () => {
  test('keeps the body to the byte, whatever nobody knows in it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue()), (unknown) => {
        const body = JSON.stringify({ ...unknown, event_type: 'workflow_started' });
        const { native } = cloudifyCodec.redact({ body });
        expect(encoded(decoded(native), native).body).toBe(native.body);
      }),
    );
  });

  test('says where it has been, once for each broker', () => {
    const message = golden('v7-workflow-started');
    const first = encoded(decoded(message), message);
    const second = encoded(decoded(first), first);
    expect(second.properties?.headers).toEqual(first.properties?.headers);
    expect(decoded(second).trail).toBe(ENCODE_CONTEXT.brokerId);
  });
});

describe('a token of the manager', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9-]{6,40}$/);

  test.each(['rest_token', 'rest\\u005ftoken', 'execution_token', 'REST_TOKEN'])(
    'is nowhere behind redaction: %s',
    (key) => {
      fc.assert(
        fc.property(token, fc.nat(2), (secret, cut) => {
          const whole = `{"event_type": "workflow_started", "context": {"${key}": "${secret}"}}`;
          const body = whole.slice(0, whole.length - cut);
          const { native } = cloudifyCodec.redact({ body });
          expect(native.body).not.toContain(secret);
          const result = cloudifyCodec.decode(native, DECODE_CONTEXT);
          const context = hookContext({ body: whole });
          expect(JSON.stringify([result, context.ok ? context.value.rest_token : null]))
            .not //
            .toContain(`"${secret}"`);
        }),
      );
    },
  );
});

describe('what is sent is received', () => {
  test('an event of another dialect comes back under its own id, with its trail', () => {
    for (const event of foreignEvents()) {
      const back = decoded(encoded(event));
      expect(back.id).toBe(event.id);
      expect(back.trail?.endsWith(ENCODE_CONTEXT.brokerId)).toBe(true);
    }
  });

  test('an event of this dialect comes back as it was, without its message at hand', () => {
    for (const message of CORPUS) {
      const { native } = cloudifyCodec.redact(message);
      const result = cloudifyCodec.decode(native, DECODE_CONTEXT);
      const event = result.ok ? result.value[0]?.event : undefined;
      if (event?.data.correlation?.executionId === undefined || event.timesource !== 'native') {
        continue;
      }
      const back = decoded(encoded(event));
      expect(back.data.resource).toEqual(event.data.resource);
      expect(back.data.state).toEqual(event.data.state);
      expect(back.data.severity).toBe(event.data.severity);
      if (event.data.message !== undefined) expect(back.data.message).toBe(event.data.message);
      expect(Date.parse(back.time)).toBe(Date.parse(event.time));
      const order = (one: typeof event): unknown =>
        [...(one.data.attributes?.extra ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(order(back)).toEqual(order(event));
    }
  });
});
