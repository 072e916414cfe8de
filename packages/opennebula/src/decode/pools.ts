/** The pools of OpenNebula, and the states of their objects as messages. */
import { fail, ok, type CodecError, type Result } from '@viaduct/core';
import { formatContent } from './content.ts';
import { formatResyncKey } from '../key.ts';
import { STATE_OBJECTS, type StateObject } from '../mapping.ts';
import type { OpennebulaMessage } from '../message.ts';
import { Outline, readOutline } from '../xml/outline.ts';

/** A pool that can be asked for. */
export type PoolName = 'vm' | 'host' | 'image' | 'net';

/** How a pool is asked for. */
export interface Pool {
  /** Of its objects. */
  readonly object: keyof typeof STATE_OBJECTS;
  /** Read-only, all of them. */
  readonly method: string;
  /** Whether it is given page by page; the pool of hosts is given whole. */
  readonly isPaged: boolean;
  /** What is asked for besides the session: a page of `size` from `offset` on. */
  parameters(offset: number, size: number): readonly number[];
}

/** All objects, whoever's: the filter flag -2. */
const ALL = -2;

/** A negative end is the size of a page (`RequestManagerPoolInfoFilter`). */
const paged = (offset: number, size: number): readonly number[] => [ALL, offset, -size];

/** Every pool whose objects have states. */
export const POOLS: Readonly<Record<PoolName, Pool>> = {
  vm: {
    object: 'VM',
    method: 'one.vmpool.info',
    isPaged: true,
    // The last: any state but DONE.
    parameters: (offset, size) => [...paged(offset, size), -1],
  },
  host: { object: 'HOST', method: 'one.hostpool.info', isPaged: false, parameters: () => [] },
  image: { object: 'IMAGE', method: 'one.imagepool.info', isPaged: true, parameters: paged },
  net: { object: 'NET', method: 'one.vnpool.info', isPaged: true, parameters: paged },
};

/**
 * The objects of a pool's document, each as the message that the hook manager would have sent of
 * its state, under a key that says that nobody did. Objects without an id or a state are left out.
 */
export function readPool(
  xml: string,
  { object }: Pool,
  askedAt: number,
): Result<readonly OpennebulaMessage[], CodecError> {
  const outline = readOutline(xml);
  const known = STATE_OBJECTS[object];
  if (!(outline instanceof Outline) || known === undefined) {
    const message = 'the document of a pool is not well-formed XML';
    return fail({ code: 'VIA_OPENNEBULA_RESYNC_ANSWER', message });
  }
  return ok(
    outline.children(0, known.element).flatMap((element) => {
      const message = messageOf(outline, element, object, known, askedAt);
      return message === undefined ? [] : [message];
    }),
  );
}

function messageOf(
  outline: Outline,
  element: number,
  object: string,
  { element: tag, states, lcm }: StateObject,
  askedAt: number,
): OpennebulaMessage | undefined {
  const id = outline.text(element, 'ID')?.trim();
  const state = outline.text(element, 'STATE')?.trim();
  if (id === undefined || !/^[0-9]{1,10}$/.test(id)) return undefined;
  if (state === undefined || !/^[0-9]{1,4}$/.test(state)) return undefined;
  const lcmState = lcm === undefined ? undefined : outline.text(element, 'LCM_STATE')?.trim();
  const names = [
    `<STATE>${states[Number(state)] ?? state}</STATE>`,
    ...(lcmState === undefined || !/^[0-9]{1,4}$/.test(lcmState)
      ? []
      : [`<LCM_STATE>${lcm?.states[Number(lcmState)] ?? lcmState}</LCM_STATE>`]),
  ];
  const body =
    `<HOOK_MESSAGE><HOOK_TYPE>STATE</HOOK_TYPE><HOOK_OBJECT>${object}</HOOK_OBJECT>` +
    `${names.join('')}<RESOURCE_ID>${id}</RESOURCE_ID>` +
    `<${tag}>${outline.raw(element)}</${tag}></HOOK_MESSAGE>`;
  return { key: formatResyncKey({ object, id, askedAt }), content: formatContent(body) };
}
