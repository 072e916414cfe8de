import { describe, expect, test } from 'vitest';
import { closePrefix, formatApiKey, formatStateKeys, parseKey } from '../src/key.ts';
import { KEY_LENGTH_MAX } from '../src/message.ts';
import { CORPUS } from './corpus.ts';

describe('parseKey', () => {
  const cases = [
    ['EVENT API one.vm.allocate 1', { family: 'api', call: 'one.vm.allocate', success: '1' }],
    ['EVENT API one.hook.info', { family: 'api', call: 'one.hook.info' }],
    [
      'EVENT VM 42/ACTIVE/RUNNING ',
      { family: 'id', object: 'VM', id: '42', state: 'ACTIVE', lcmState: 'RUNNING' },
    ],
    [
      'EVENT HOST 3/ERROR/ ',
      { family: 'id', object: 'HOST', id: '3', state: 'ERROR', lcmState: '' },
    ],
    ['EVENT NET 2// ', { family: 'id', object: 'NET', id: '2', state: '', lcmState: '' }],
    [
      'EVENT STATE VM/ACTIVE/RUNNING/42 ',
      { family: 'state', object: 'VM', id: '42', state: 'ACTIVE', lcmState: 'RUNNING' },
    ],
    [
      'EVENT STATE HOST/INIT//3 ',
      { family: 'state', object: 'HOST', id: '3', state: 'INIT', lcmState: '' },
    ],
    ['EVENT STATE NET///2 ', { family: 'state', object: 'NET', id: '2', state: '', lcmState: '' }],
    ['EVENT STATE HOST/INIT/', { family: 'short', object: 'HOST', state: 'INIT', lcmState: '' }],
    [
      'EVENT STATE VM/PENDING/LCM_INIT',
      { family: 'short', object: 'VM', state: 'PENDING', lcmState: 'LCM_INIT' },
    ],
    ['EVENT HOST 0/INIT/', { family: 'id', object: 'HOST', id: '0', state: 'INIT', lcmState: '' }],
    ['EVENT SERVICE 9 ', { family: 'service', id: '9' }],
    ['RETRY', { family: 'retry' }],
    ['EVENT SOMETHING new and longer', { family: 'other' }],
    ['EVENT CLUSTER', { family: 'other' }],
  ] as const;

  test.each(cases)('reads %j', (key, parsed) => {
    expect(parseKey(key)).toEqual(parsed);
  });

  test.each(['', ' ', 'EVENT', 'HELLO world', 'RETRY me', `EVENT ${'x'.repeat(KEY_LENGTH_MAX)}`])(
    'refuses %.40j',
    (key) => {
      expect(parseKey(key)).toBeUndefined();
    },
  );
});

describe('formatStateKeys', () => {
  test('writes the keys of the real driver, with their blanks and empty segments', () => {
    const vm = { object: 'VM', id: '42', state: 'ACTIVE', lcmState: 'RUNNING', serviceId: '9' };
    expect(formatStateKeys(vm)).toEqual([
      'EVENT VM 42/ACTIVE/RUNNING ',
      'EVENT STATE VM/ACTIVE/RUNNING/42 ',
      'EVENT SERVICE 9 ',
    ]);
    expect(formatStateKeys({ object: 'NET', id: '2', state: '', lcmState: '' })).toEqual([
      'EVENT NET 2// ',
      'EVENT STATE NET///2 ',
    ]);
    expect(formatApiKey('one.vm.allocate', false)).toBe('EVENT API one.vm.allocate 0');
  });

  test('gives back every key by id and by state that the real driver published', () => {
    const keys = [...CORPUS].filter(([name]) => /^(?:vm|host|net|image)-/.test(name));
    expect(keys.length).toBe(22);
    for (const [, { key }] of keys) {
      const parsed = parseKey(key);
      const isWhole = parsed?.family === 'id' || parsed?.family === 'state';
      expect(isWhole && formatStateKeys(parsed)).toContain(key);
    }
  });
});

describe('closePrefix', () => {
  const closed = [
    ['EVENT VM 4', 'EVENT VM 42/ACTIVE/RUNNING ', 'EVENT VM 4/ACTIVE/RUNNING '],
    ['EVENT VM 42/ACTIVE/BOOT', 'EVENT VM 42/ACTIVE/BOOT_FAILURE ', 'EVENT VM 42/ACTIVE/BOOT '],
    [
      'EVENT STATE VM/ACTIVE/BOOT',
      'EVENT STATE VM/ACTIVE/BOOT_POWEROFF/42 ',
      'EVENT STATE VM/ACTIVE/BOOT/42 ',
    ],
    [
      'EVENT STATE VM/ACTIVE/RUNNING/4',
      'EVENT STATE VM/ACTIVE/RUNNING/42 ',
      'EVENT STATE VM/ACTIVE/RUNNING/4 ',
    ],
    ['EVENT STATE VM', 'EVENT STATE VMGROUP/READY//1 ', 'EVENT STATE VM/DONE/LCM_INIT/42 '],
    ['EVENT API one.vm.update', 'EVENT API one.vm.updateconf 1', 'EVENT API one.vm.update 0'],
    ['EVENT SERVICE 9', 'EVENT SERVICE 90 ', 'EVENT SERVICE 9 '],
    ['EVENT VM', 'EVENT VMGROUP 1/READY/ ', 'EVENT VM 1/DONE/LCM_INIT '],
  ] as const;

  test.each(closed)('%j does not get %j but gets %j', (prefix, other, own) => {
    expect(other.startsWith(closePrefix(prefix))).toBe(false);
    expect(own.startsWith(closePrefix(prefix))).toBe(true);
  });

  test.each(['', 'EVENT ', 'EVENT STATE ', 'EVENT STATE VM/ACTIVE/', 'EVENT API one.vm.', 'RETRY'])(
    'leaves %j as it is',
    (prefix) => {
      expect(closePrefix(prefix)).toBe(prefix);
    },
  );

  test('leaves a prefix open where the operator put a star', () => {
    expect(closePrefix('EVENT API one.vm.update*')).toBe('EVENT API one.vm.update');
  });
});
