import { createHash } from 'node:crypto';
import { MALFORMED_TEXT_MAX } from '@viaduct/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readFrames, writeFrames } from '../src/zeromq/frames.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Base64 of a length without padding, of letters and digits alone. */
const GLUED = Buffer.from('<HOOK_MESSAGE><HOOK_TYPE>API</HOOK_TYPE><TOKEN>hush</TOKEN>    ')
  .toString('base64')
  .replace(/\W/g, 'A');

describe('readFrames', () => {
  test('gives back any two frames byte for byte through writeFrames', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array({ maxLength: 10_000 }), (key, content) => {
        const message = readFrames([key, content], 10_000);
        if (!message.ok) throw new Error(message.error.text);
        expect(writeFrames(message.value).map((frame) => [...frame])).toEqual([
          [...key],
          [...content],
        ]);
      }),
    );
  });

  test('writes a key beyond Latin-1 in UTF-8', () => {
    const [key] = writeFrames({ key: 'EVENT STATE VM/\u8d77\u52d5//1 ', content: '' });
    expect(Buffer.from(key).toString('utf8')).toBe('EVENT STATE VM/\u8d77\u52d5//1 ');
  });

  test('takes a frame as long as the limit and refuses one byte more', () => {
    expect(readFrames([bytes('k'), new Uint8Array(100)], 100).ok).toBe(true);
    expect(readFrames([bytes('k'), new Uint8Array(101)], 100)).toMatchObject({
      error: { error: { code: 'VIA_OPENNEBULA_CONTENT_TOO_LARGE' }, bytes: 102 },
    });
    expect(readFrames([new Uint8Array(101), bytes('c')], 100).ok).toBe(false);
  });

  test('refuses any other number of frames, shortly described', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { maxLength: 100 }), (frames) => {
        fc.pre(frames.length !== 2);
        const message = readFrames(frames, 1_000);
        if (message.ok) throw new Error('it was taken');
        expect(message.error.error.code).toBe('VIA_OPENNEBULA_FRAMES_WRONG');
        expect(message.error.bytes).toBe(frames.reduce((sum, { length }) => sum + length, 0));
        expect(message.error.text.length).toBeLessThan(MALFORMED_TEXT_MAX);
        const original = createHash('sha256').update(Buffer.concat(frames)).digest('hex');
        expect(message.error.sha256).toBe(original);
      }),
    );
  });

  test.each([
    ['a content alone', [Buffer.from('<TOKEN>hush</TOKEN>').toString('base64')]],
    ['a body alone', ['<HOOK_MESSAGE><TOKEN>hush</TOKEN></HOOK_MESSAGE>']],
    ['key and content in one frame', [`EVENT API one.user.login 1 ${GLUED}`]],
    ['three frames', ['EVENT API one.user.login 1', 'hush', 'hush']],
  ])('shows keys and nothing that may be a secret: %s', (_what, frames) => {
    const message = readFrames(frames.map(bytes), 1_000);
    if (message.ok) throw new Error('it was taken');
    const { text } = message.error;
    expect(text).not.toContain('hush');
    expect(text).not.toContain(GLUED);
    expect(text).not.toContain(Buffer.from('hush').toString('base64').slice(0, 4));
    expect(text).toMatch(/<\d+ bytes, fingerprint [0-9a-f]{32}>/);
    if (frames.length === 3) expect(text).toContain('EVENT API one.user.login 1');
  });
});
