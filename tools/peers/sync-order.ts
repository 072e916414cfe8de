/**
 * Whether every acknowledgement came after the sync that covers what it acknowledges, judged from
 * the system calls of a process.
 */
import type { SystemCall } from './strace.ts';

/** Something a process said to a peer: that this is accepted. */
export interface Acknowledgement {
  /** Text that stands in what was written for it. */
  readonly id: string;
  /** When it began to be sent, seconds since the epoch. */
  readonly at: number;
}

const WRITES = ['write', 'pwrite64', 'writev', 'pwritev'];
const SYNCS = ['fsync', 'fdatasync'];

/**
 * What was acknowledged too early or never written, in words; empty when the order is right: the
 * bytes were written to a file, that same file was synced without an error after they were, and
 * the acknowledgement began when that was over. `isKept` says which files count.
 */
export function brokenOrder(
  calls: readonly SystemCall[],
  acknowledgements: readonly Acknowledgement[],
  isKept: (file: string) => boolean,
): readonly string[] {
  const done = calls.filter(({ error }) => error === undefined);
  const writes = done.filter(({ name, file }) => WRITES.includes(name) && isKept(file));
  const syncs = done.filter(({ name, file }) => SYNCS.includes(name) && isKept(file));
  return acknowledgements.flatMap(({ id, at }) => {
    const mark = Buffer.from(id);
    const holding = writes.filter(({ data }) => data.includes(mark));
    if (holding.length === 0) return [`${id} was acknowledged and never written`];
    const isCovered = holding.some(({ file, end }) =>
      syncs.some((sync) => sync.file === file && sync.start >= end && sync.end <= at),
    );
    return isCovered ? [] : [`${id} was acknowledged before its sync was over`];
  });
}

const ANSWER = /^HTTP\/1\.1 2\d\d /;

/**
 * The 2xx answers of an HTTP server, each with what stood in the request that came before it on the
 * same connection: the first text that `idIn` finds there.
 */
export function httpAcknowledgements(
  calls: readonly SystemCall[],
  idIn: RegExp,
): readonly Acknowledgement[] {
  const asked = new Map<string, string>();
  return calls.flatMap(({ name, file, data, start }) => {
    if (!file.startsWith('socket:') && !file.startsWith('TCP')) return [];
    const text = data.toString('latin1');
    if (['read', 'recvfrom', 'recvmsg', 'readv'].includes(name)) {
      const id = idIn.exec(text)?.[0];
      if (id !== undefined) asked.set(file, id);
      return [];
    }
    const id = ANSWER.test(text) ? asked.get(file) : undefined;
    return id === undefined ? [] : [{ id, at: start }];
  });
}
