import { composeEvent, eventType, readEvent } from '@viaduct/core';
import { expect, test } from 'vitest';

import { CONTEXT, FULL_DATA, LEAST_DATA, sampleEvent } from './sample-events.ts';

test('type, subject and ordering key follow from the resource', () => {
  expect(sampleEvent(FULL_DATA)).toMatchObject({
    type: 'io.viaduct.compute.other.progress',
    subject: 'compute/42',
    partitionkey: 'cloud-1/compute/42',
    source: 'opennebula://cloud-1',
    origin: 'opennebula',
  });
  expect(sampleEvent(LEAST_DATA)).toMatchObject({
    type: 'io.viaduct.device.notify',
    subject: 'device/',
  });
});

test('the time is the time of receipt where the dialect has none', () => {
  const event = sampleEvent();
  expect(event.time).toBe('2026-01-02T03:04:05.678Z');
  expect(event.timesource).toBe('received');
  expect(event.receivedtime).toBe(event.time);
});

test("the dialect's own time is kept beside the time of receipt", () => {
  const { id, source, nativetype, data } = sampleEvent();
  const time = '2025-12-31T23:59:59.123456Z';
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const event = composeEvent(
    { id, source, nativetype, data, dialect: 'oslo', time, traceparent },
    CONTEXT,
  );
  expect(event).toMatchObject({ time, timesource: 'native', traceparent });
  expect(event.receivedtime).toBe('2026-01-02T03:04:05.678Z');
  expect(readEvent(event).ok).toBe(true);
});

test('what is not known is left out, not null', () => {
  expect('traceparent' in sampleEvent()).toBe(false);
  expect(eventType('storage', 'create')).toBe('io.viaduct.storage.create');
  expect(eventType('site-link', 'power-on', 'start')).toBe('io.viaduct.site-link.power-on.start');
});
