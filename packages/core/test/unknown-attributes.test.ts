import { expect, test } from 'vitest';
import type { CanonicalEvent } from '../src/event/event.ts';
import { unknownAttributeLosses } from '../src/event/unknown-attributes.ts';
import { sampleEvent } from './sample-events.ts';

const withExtensions = (extensions: object): CanonicalEvent => ({
  ...sampleEvent(),
  trail: 'a b',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  replayed: 'true',
  ...extensions,
});

test('what an event has of its own is no loss', () => {
  expect(unknownAttributeLosses(withExtensions({}))).toEqual([]);
});

test('each extension that has no meaning here is a loss, but for what the output says of it', () => {
  const event = withExtensions({ knativearrivaltime: 'now', sequence: 7, ['__proto__x']: 'y' });
  const names = unknownAttributeLosses(event).map(({ path }) => path);
  expect(names).toEqual(['knativearrivaltime', 'sequence', '__proto__x']);
  expect(unknownAttributeLosses(event, event)).toEqual([]);
  const back = withExtensions({ sequence: 8 });
  expect(unknownAttributeLosses(withExtensions({ sequence: 7 }), back)).toHaveLength(1);
});

test('a hostile event has no endless list of them', () => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, '']));
  expect(unknownAttributeLosses(withExtensions(many))).toHaveLength(100);
});
