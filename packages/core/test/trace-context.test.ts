import { expect, it } from 'vitest';
import { parseTraceparent, readTraceparent } from '../src/index.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

it('reads the parts of a traceparent, and whether it was sampled', () => {
  const parts = { traceId: TRACE, spanId: SPAN };
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ ...parts, isSampled: true });
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-02`)).toEqual({ ...parts, isSampled: false });
});

it('reads what a later version says in the parts of this one, and writes this one', () => {
  expect(readTraceparent(`cc-${TRACE}-${SPAN}-01-what-the-future-holds`)).toBe(
    `00-${TRACE}-${SPAN}-01`,
  );
  expect(readTraceparent(`cc-${TRACE}-${SPAN}-09`)).toBe(`00-${TRACE}-${SPAN}-01`);
});

// The cases of https://github.com/w3c/trace-context/tree/main/test
it.each([
  ['nothing', undefined],
  ['an empty text', ''],
  ['version ff', `ff-${TRACE}-${SPAN}-01`],
  ['more than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
  ['a trace id of zeroes', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a parent id of zeroes', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['a dot for a dash', `cc-${TRACE}-${SPAN}-01.what`],
  ['a later version without an end', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(1_000)}`],
])('takes %s for no traceparent', (_what, text) => {
  expect(parseTraceparent(text)).toBeUndefined();
  expect(readTraceparent(text)).toBeUndefined();
});
