/**
 * Faults at a chosen system call of a running process, with strace's injection: finer than any
 * moment that a clock can choose, and with no hook in the product. Needs Linux, strace, and the
 * right to trace one's own children.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync, readdirSync } from 'node:fs';
import { waitFor } from '@viaduct/testkit';
import { type Child, startChild } from '../peers/child.ts';

/** The calls around which the broker waits: journal, sockets, timers, threads. */
export const AWAIT_CALLS = [
  'pwrite64',
  'fdatasync',
  'pread64',
  'write',
  'writev',
  'read',
  'epoll_pwait',
  'futex',
  'sendmsg',
  'recvmsg',
] as const;

/** What happens at the call. */
export interface SyscallFault {
  readonly call: string;
  /** `signal=SIGKILL` or `error=EIO`, as strace takes it. */
  readonly what: string;
  /** At the call of this number, from 1, counted for each thread from now on. */
  readonly when: string;
}

/** A trap that is set. */
export interface SyscallTrap {
  /** Lets the process go; without effect where it is gone. */
  remove(): Promise<void>;
}

const ATTACH_TIMEOUT_MS = 30_000;

/** Sets it on all threads of a process; resolves when they are traced. */
export async function setTrap(pid: number, fault: SyscallFault): Promise<SyscallTrap> {
  const strace = await startChild({
    file: 'strace',
    args: [
      ...['-f', '-qq', '-o', '/dev/null', '-p', String(pid)],
      ...['-e', `trace=${fault.call}`],
      ...['-e', `inject=${fault.call}:${fault.what}:when=${fault.when}`],
    ],
  });
  strace.output.resume();
  await waitFor(() => strace.hasEnded() || !isAlive(pid) || isTraced(pid), {
    timeoutMs: ATTACH_TIMEOUT_MS,
    what: 'strace on the broker',
  });
  if (strace.hasEnded() && isAlive(pid) && strace.errors() !== '') {
    throw new Error(`strace cannot trace the broker: ${strace.errors()}`);
  }
  return { remove: () => release(strace) };
}

async function release(strace: Child): Promise<void> {
  strace.signal('SIGINT');
  await Promise.race([strace.ended, delay(5_000)]);
  strace.signal('SIGKILL');
  await strace.ended;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether every thread has a tracer. */
function isTraced(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => {
      const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
      return !/^TracerPid:\t0$/m.test(status);
    });
  } catch {
    return true; // gone meanwhile
  }
}
