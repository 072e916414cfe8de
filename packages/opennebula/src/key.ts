import { KEY_LENGTH_MAX } from './message.ts';
import type { Outline } from './xml/outline.ts';

/**
 * The key frame (`one_hm.rb#key`, the same from 5.12 to 7.4). Readers subscribe by it; what a
 * message says is taken from its body. Besides the real forms, the documented ones are read, which
 * lack the id and the trailing blank (a real hook manager ignores messages under those).
 */
export type OpennebulaKey =
  | { readonly family: 'api'; readonly call: string; readonly success?: string }
  | {
      readonly family: 'id';
      readonly object: string;
      readonly id: string;
      readonly state: string;
      readonly lcmState: string;
    }
  | {
      readonly family: 'state';
      readonly object: string;
      readonly id: string;
      readonly state: string;
      readonly lcmState: string;
    }
  | {
      readonly family: 'short';
      readonly object: string;
      readonly state: string;
      readonly lcmState: string;
    }
  | { readonly family: 'service'; readonly id: string }
  | { readonly family: 'retry' }
  | ResyncKey
  | { readonly family: 'other' };

/**
 * Our own: a state that was asked for, see `resync.ts`. `RESYNC VM/42/1767323045678`, where the
 * number is when it was asked for, milliseconds since the epoch.
 */
export interface ResyncKey {
  readonly family: 'resync';
  readonly object: string;
  readonly id: string;
  readonly askedAt: number;
}

/** Which of the forms a key has: copies of one event come under different families. */
export type KeyFamily = OpennebulaKey['family'];

/**
 * Reads a key of any known form. `EVENT …` in a form that nobody knows yet is `other`;
 * `undefined` means that it is no key of a hook manager.
 */
export function parseKey(key: string): OpennebulaKey | undefined {
  if (key.length > KEY_LENGTH_MAX) return undefined;
  const words = wordsOf(key.trim());
  const [word, type, third, fourth] = words;
  if (word === 'RETRY') return type === undefined ? { family: 'retry' } : undefined;
  if (word === 'RESYNC') return third === undefined ? parseResyncKey(type) : undefined;
  if (word !== 'EVENT' || type === undefined) return undefined;
  if (type === 'API') {
    if (third === undefined || words.length > 4) return { family: 'other' };
    return { family: 'api', call: third, ...(fourth === undefined ? {} : { success: fourth }) };
  }
  if (third === undefined || fourth !== undefined) return { family: 'other' };
  if (type === 'SERVICE') return { family: 'service', id: third };
  return type === 'STATE' ? parseStateKey(third) : parseIdKey(type, third);
}

function parseResyncKey(path = ''): ResyncKey | undefined {
  const match = /^([^/]+)\/([^/]+)\/([0-9]{1,15})$/.exec(path);
  const [, object = '', id = '', askedAt = ''] = match ?? [];
  return match === null ? undefined : { family: 'resync', object, id, askedAt: Number(askedAt) };
}

/** The key of a state that was asked for. */
export function formatResyncKey({ object, id, askedAt }: Omit<ResyncKey, 'family'>): string {
  return `RESYNC ${object}/${id}/${Math.floor(askedAt)}`;
}

/** A text that is split without a pattern is split in a third of the time. */
function wordsOf(text: string): readonly string[] {
  return text.includes('  ') ? text.split(/ +/) : text.split(' ');
}

/** `VM/ACTIVE/RUNNING/42`, `HOST/INIT//3`, `NET///2`; as documented: `HOST/INIT/`. */
function parseStateKey(path: string): OpennebulaKey {
  const [object = '', state = '', third, fourth, ...rest] = path.split('/');
  if (rest.length > 0 || object === '') return { family: 'other' };
  if (fourth === undefined || fourth === '') {
    return { family: 'short', object, state, lcmState: third ?? '' };
  }
  return { family: 'state', object, id: fourth, state, lcmState: third ?? '' };
}

/** `42/ACTIVE/RUNNING`, `3/INIT/`, `2//`. */
function parseIdKey(object: string, path: string): OpennebulaKey {
  const [id = '', state = '', lcmState = '', ...rest] = path.split('/');
  if (rest.length > 0 || id === '') return { family: 'other' };
  return { family: 'id', object, id, state, lcmState };
}

/** What the keys of a change of state are made of. */
export interface StateKeyParts {
  readonly object: string;
  readonly id: string;
  readonly state: string;
  /** Empty for everything but a VM. */
  readonly lcmState: string;
  readonly serviceId?: string;
}

/** All the keys that the real driver publishes one change of state under, in its order. */
export function formatStateKeys(parts: StateKeyParts): readonly string[] {
  const { object, id, state, lcmState, serviceId } = parts;
  const keys = [
    `EVENT ${object} ${id}/${state}/${lcmState} `,
    `EVENT STATE ${object}/${state}/${lcmState}/${id} `,
  ];
  if (serviceId !== undefined) keys.push(`EVENT SERVICE ${serviceId} `);
  return keys;
}

/** The key of an API event. It has no trailing blank. */
export function formatApiKey(call: string, success: boolean): string {
  return `EVENT API ${call} ${success ? '1' : '0'}`;
}

/** The keys that the real driver computes from a body; `undefined` where it has no such body. */
export function bodyKeys(outline: Outline): readonly string[] | undefined {
  const type = outline.text(0, 'HOOK_TYPE');
  if (type === 'API') {
    const call = outline.text(0, 'CALL');
    const result = outline.text(outline.child(0, 'CALL_INFO'), 'RESULT');
    return call === undefined ? undefined : [formatApiKey(call, result === '1')];
  }
  const object = outline.text(0, 'HOOK_OBJECT');
  const id = outline.text(0, 'RESOURCE_ID');
  if (type !== 'STATE' || object === undefined || id === undefined) return undefined;
  const serviceId = outline.textOf(outline.descendant('SERVICE_ID')); // the driver: //SERVICE_ID
  return formatStateKeys({
    object,
    id,
    state: outline.text(0, 'STATE') ?? '',
    lcmState: outline.text(0, 'LCM_STATE') ?? '',
    ...(serviceId === undefined || serviceId === '' ? {} : { serviceId }),
  });
}

/**
 * Closes a subscription's prefix where it ends within a word, so that `EVENT VM 4` does not get VM
 * 42 and `EVENT API one.vm.update` not `one.vm.updateconf`. A prefix that ends in a separator, or
 * names only a family (`EVENT`, `EVENT STATE`, `EVENT STATE VM`), is closed after that word; one
 * that ends with `*` is left open where the operator put the star.
 */
export function closePrefix(prefix: string): string {
  const text = prefix.trimStart();
  if (text.endsWith('*')) return text.slice(0, -1);
  if (text === '' || text.endsWith('/') || text.endsWith(' ') || text === 'RETRY') return text;
  const [word, type, third, fourth] = text.split(/ +/);
  if (word !== 'EVENT' || type === undefined) return text === 'EVENT' ? 'EVENT ' : text;
  if (third === undefined) return `${text} `;
  if (type === 'API') return fourth === undefined && isWholeCall(third) ? `${text} ` : text;
  if (type === 'SERVICE') return `${text} `;
  const segments = third.split('/').length;
  const whole = type === 'STATE' ? 4 : 3;
  return segments >= whole ? `${text} ` : `${text}/`;
}

/** `one.vm.update` is a whole call; `one.vm.` and `one.vm` are the beginnings of many. */
function isWholeCall(call: string): boolean {
  return /^one\.[^.]+\.[^.]+/.test(call);
}
