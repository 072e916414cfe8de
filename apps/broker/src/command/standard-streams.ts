import { createOutput } from '../output.ts';
import type { Streams } from './carry-out.ts';

/** The streams of this process. Whoever is at the keyboard can be asked. */
export function standardStreams(): Streams {
  return {
    output: createOutput(process.stdout),
    errors: createOutput(process.stderr),
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  };
}
