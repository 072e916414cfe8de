import { createInterface } from 'node:readline/promises';
import { BrokerError } from '../errors.ts';
import type { Streams } from './carry-out.ts';

/**
 * Asks whether to go on; no answer is no. Where nobody can be asked it throws `VIA_BROKER_USAGE`:
 * a script says `--yes`.
 */
export async function confirm(streams: Streams, signal: AbortSignal): Promise<boolean> {
  if (!streams.isInteractive) {
    throw new BrokerError('VIA_BROKER_USAGE', 'nothing was done: --yes does it unasked');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('Do it? [y/N] ', { signal });
    if (/^y(es)?$/i.test(answer.trim())) return true;
  } finally {
    terminal.close();
  }
  await streams.errors.write('Nothing was done.\n');
  return false;
}
