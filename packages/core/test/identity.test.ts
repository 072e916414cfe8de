import { createHash } from 'node:crypto';

import { fingerprint, isUuid, occurrenceId, uuidFromName } from '@viaduct/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { sha1 } from '../src/sha1.ts';
import { CONTEXT } from './sample-events.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('sha1', () => {
  test.each([
    // FIPS 180-4, examples of the algorithm.
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
    ],
  ])('agrees with the published vector of %j', (text, digest) => {
    expect(hex(sha1(new TextEncoder().encode(text)))).toBe(digest);
  });

  test('agrees with OpenSSL on any bytes, around every block boundary', () => {
    for (let length = 0; length < 200; length += 1) {
      const bytes = new Uint8Array(length).fill(length);
      expect(hex(sha1(bytes))).toBe(createHash('sha1').update(bytes).digest('hex'));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
        expect(hex(sha1(bytes))).toBe(createHash('sha1').update(bytes).digest('hex'));
      }),
    );
  });
});

describe('uuidFromName', () => {
  /** RFC 9562 clause 5.5, step by step on OpenSSL's SHA-1. */
  function reference(name: string): string {
    const namespace = Buffer.from('6b1f0c5e3a7d4c419e520d8b27f46390', 'hex');
    const digest = createHash('sha1').update(namespace).update(name, 'utf8').digest();
    digest[6] = (digest[6]! & 0x0f) | 0x50;
    digest[8] = (digest[8]! & 0x3f) | 0x80;
    const text = digest.subarray(0, 16).toString('hex');
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  test('makes UUIDs of version 5 and of the RFC variant', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const uuid = uuidFromName(name);
        expect(isUuid(uuid)).toBe(true);
        expect(uuid).toBe(reference(name));
        expect(uuid[14]).toBe('5');
        expect('89ab').toContain(uuid[19]);
      }),
    );
  });

  test('stays the same for ever: ids are stored', () => {
    expect(uuidFromName('opennebula://cloud-1')).toBe(reference('opennebula://cloud-1'));
  });

  test('is told from other texts', () => {
    expect(isUuid('2ed6657d-e927-568b-95e1-2665a8aea6a2')).toBe(true); // RFC 9562 appendix A.4
    for (const text of ['', '2ed6657de927568b95e12665a8aea6a2', 'x'.repeat(36)]) {
      expect(isUuid(text)).toBe(false);
    }
  });
});

describe('fingerprint', () => {
  test('is 32 hexadecimal digits and the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (text, seed) => {
        expect(fingerprint(text, seed)).toMatch(/^[0-9a-f]{32}$/);
        expect(fingerprint(text, seed)).toBe(fingerprint(text.slice(0, 1) + text.slice(1), seed));
      }),
    );
  });

  test('tells texts apart that differ in one character, wherever it is', () => {
    const text = 'EVENT STATE VM/ACTIVE/RUNNING/42 and a body of some length';
    const seen = new Set([fingerprint(text)]);
    for (let at = 0; at < text.length; at += 1) {
      const changed = `${text.slice(0, at)}~${text.slice(at + 1)}`;
      seen.add(fingerprint(changed));
      seen.add(fingerprint(text.slice(0, at)));
    }
    expect(seen.size).toBe(1 + 2 * text.length);
  });

  test('has no collision among a hundred thousand numbered texts', () => {
    const seen = new Set<string>();
    for (let index = 0; index < 100_000; index += 1) seen.add(fingerprint(`event ${index}`));
    expect(seen.size).toBe(100_000);
  });

  test('changes about half of its bits when one bit of the text changes', () => {
    let changed = 0;
    const rounds = 500;
    for (let index = 0; index < rounds; index += 1) {
      const one = BigInt(`0x${fingerprint(`a body, numbered ${index * 2}`)}`);
      const other = BigInt(`0x${fingerprint(`a body, numbered ${index * 2 + 1}`)}`);
      changed += (one ^ other).toString(2).replaceAll('0', '').length;
    }
    expect(changed / rounds).toBeGreaterThan(58);
    expect(changed / rounds).toBeLessThan(70);
  });
});

describe('occurrenceId', () => {
  const id = occurrenceId('opennebula://one', 'body', CONTEXT);

  test('is the same when the same receipt is decoded again', () => {
    expect(occurrenceId('opennebula://one', 'body', { ...CONTEXT })).toBe(id);
    expect(occurrenceId('opennebula://one', 'body', CONTEXT, 0)).toBe(id);
  });

  test.each([
    ['source', occurrenceId('opennebula://two', 'body', CONTEXT)],
    ['message', occurrenceId('opennebula://one', 'other', CONTEXT)],
    ['time', occurrenceId('opennebula://one', 'body', { ...CONTEXT, receivedAt: 1 })],
    ['ordinal', occurrenceId('opennebula://one', 'body', { ...CONTEXT, ordinal: 8 })],
    ['place in the message', occurrenceId('opennebula://one', 'body', CONTEXT, 1)],
  ])('differs with the %s', (_what, other) => {
    expect(other).not.toBe(id);
  });
});
