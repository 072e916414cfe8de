import type { AdapterContext, Connectable } from '@viaduct/core';
import { expect } from 'vitest';

import { AT_ONCE_MS, contractCase, PEER_MS, type Skips } from './contract-cases.ts';
import { within } from './wait-for.ts';

/** What these cases need of a peer, be it one of sources or of sinks. */
interface ConnectablePeer {
  create(context: AdapterContext): Connectable;
  createUnanswered?(context: AdapterContext): Connectable;
  close(): Promise<void>;
}

/** The cases of connecting and closing, which sources and sinks have in common. */
export type ConnectionCase =
  | 'closes before it was opened, and twice'
  | 'closes twice after it was opened'
  | 'closes during connect'
  | 'ends connect at once when aborted'
  | 'refuses to connect with an aborted signal';

/** Declares the cases of connecting and closing. */
export function connectionCases(setup: {
  readonly skips?: Skips<ConnectionCase>;
  open(): Promise<ConnectablePeer>;
}): void {
  contractCase('closes before it was opened, and twice', setup, async (peer, context) => {
    await closeThrice(peer.create(context));
  });

  contractCase('closes twice after it was opened', setup, async (peer, context) => {
    const opened = peer.create(context);
    await connect(opened);
    await closeThrice(opened);
  });

  contractCase('closes during connect', setup, async (peer, context) => {
    // As soon as it was asked for, and while it is under way.
    for (const moment of [() => Promise.resolve(), turn]) {
      const opening = unanswered(peer, context);
      const connecting = opening.connect(new AbortController().signal).then(
        () => 'connected',
        () => 'failed',
      );
      await moment();
      await within(opening.close(), AT_ONCE_MS, 'close during connect');
      expect(await within(connecting, AT_ONCE_MS, 'connect after close')).toBe('failed');
    }
  });

  contractCase('ends connect at once when aborted', setup, async (peer, context) => {
    const opening = unanswered(peer, context);
    const abort = new AbortController();
    const connecting = opening.connect(abort.signal);
    connecting.catch(() => undefined);
    await turn();
    abort.abort();
    await within(expect(connecting).rejects.toThrow(), AT_ONCE_MS, 'an aborted connect');
    await within(opening.close(), AT_ONCE_MS, 'close');
  });

  contractCase('refuses to connect with an aborted signal', setup, async (peer, context) => {
    const opening = peer.create(context);
    const connecting = opening.connect(AbortSignal.abort());
    await within(expect(connecting).rejects.toThrow(), AT_ONCE_MS, 'an aborted connect');
    await within(opening.close(), AT_ONCE_MS, 'close');
  });
}

/** Connects, within the time that a real peer may take. */
export async function connect(one: Connectable): Promise<void> {
  await within(one.connect(new AbortController().signal), PEER_MS, 'connect');
}

/** Twice at once, and again. */
async function closeThrice(one: Connectable): Promise<void> {
  await within(Promise.all([one.close(), one.close()]), AT_ONCE_MS, 'close');
  await within(one.close(), AT_ONCE_MS, 'close again');
}

function unanswered(peer: ConnectablePeer, context: AdapterContext): Connectable {
  const one = peer.createUnanswered?.(context);
  if (one === undefined) throw new Error('no createUnanswered: skip this case with the reason');
  return one;
}

/** Long enough for a connection attempt to be under way. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30));
}
