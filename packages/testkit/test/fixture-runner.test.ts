import { join } from 'node:path';

import {
  composeEvent,
  fail,
  isJsonObject,
  occurrenceId,
  ok,
  sourceUri,
  type Codec,
} from '@viaduct/core';
import { deepFreeze, eventProblems, runFixtures } from '@viaduct/testkit';
import { describe, expect, test } from 'vitest';

/** A dialect of one line: `<name> <state>`, and `ping`, which is no event. */
const lineCodec: Codec<string> = {
  dialect: 'line',
  redact: (native) => {
    const clean = native.replace(/token=\S+/, 'token=***');
    return clean === native
      ? { native, redactions: [] }
      : { native: clean, redactions: [{ path: 'token' }] };
  },
  decode: (native, context) => {
    if (native === 'ping') return ok([]);
    const [name, state] = native.split(' ');
    if (!name || !state) return fail({ code: 'VIA_LINE_SHORT', message: `too short: ${native}` });
    const source = sourceUri('line', context.system);
    const event = composeEvent(
      {
        id: occurrenceId(source, native, context),
        dialect: 'line',
        source,
        nativetype: 'line',
        data: {
          resource: { kind: 'device', id: name },
          action: 'state',
          state: { value: state === 'up' ? 'up' : 'unknown', native: state },
        },
      },
      context,
    );
    return ok([{ event, facts: { length: native.length } }]);
  },
  encode: (event, context) => {
    const native = context.native ?? `${event.data.resource.id} ${event.data.state?.native ?? '?'}`;
    const redacted = (context.redactions ?? []).map(({ path }) => ({
      path,
      reason: 'redacted' as const,
    }));
    const unsaid = event.data.resource.name
      ? [{ path: 'data.resource.name', reason: 'unsupported' as const }]
      : [];
    const invented = event.data.state ? [] : [{ path: 'state', rule: 'no state known: ?' }];
    return ok({ natives: [native], losses: [...redacted, ...unsaid], invented });
  },
  format: (native) => ({ line: native }),
  parse: (value) =>
    isJsonObject(value) && typeof value.line === 'string'
      ? ok(value.line)
      : fail({ code: 'VIA_LINE_FORM', message: 'no line' }),
};

runFixtures({
  codec: lineCodec,
  folder: join(import.meta.dirname, '../fixtures/line'),
  encode: ['withNative', 'withoutNative'],
});

describe('eventProblems', () => {
  const decoded = lineCodec.decode('pump up', { receivedAt: 0, system: 's', ordinal: 1 });
  const event = decoded.ok ? decoded.value[0]?.event : undefined;
  if (!event) throw new Error('the line codec does not decode');

  test('finds none in a good event', () => {
    expect(eventProblems(event)).toEqual([]);
  });

  test('names what the schema refuses', () => {
    const wrong = { ...event, data: { ...event.data, sate: 1 } };
    expect(eventProblems(wrong).join()).toMatch(/sate/);
    const state = { value: 'running' as const, native: 'x' };
    expect(eventProblems({ ...event, data: { ...event.data, state } })).not.toEqual([]);
  });

  test('names what CloudEvents refuses', () => {
    const wrong = { ...event, Trail_Id: 'x' };
    expect(eventProblems(wrong).join()).toMatch(/CloudEvents/);
  });
});

test('deepFreeze freezes all the way down', () => {
  const value = deepFreeze({ list: [{ deep: 1 }], bytes: new Uint8Array(1) });
  expect(() => {
    value.list[0]!.deep = 2;
  }).toThrow(TypeError);
});
