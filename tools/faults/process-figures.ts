import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a process takes of the machine at this moment. */
export interface ProcessFigures {
  readonly rssBytes: number;
  readonly descriptors: number;
  /** CPU time so far, all threads, milliseconds. */
  readonly cpuMs: number;
}

const KIBIBYTE = 1024;

/** Clock ticks a second in `/proc`: a constant of Linux's interface. */
const TICKS_PER_SECOND = 100;

/** Reads `/proc`; throws where the process is gone. */
export function processFigures(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  // The name in brackets may hold blanks; utime and stime are the 12th and 13th after it.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticks = Number(stat[11]) + Number(stat[12]);
  return {
    rssBytes: Number(rss) * KIBIBYTE,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
  };
}

/** The bytes of all files of a folder, without folders below it. */
export function folderBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => {
    try {
      return sum + statSync(join(folder, name)).size;
    } catch {
      return sum; // removed meanwhile
    }
  }, 0);
}
