/**
 * `npm start`: a broker between a simulated OpenNebula and OpenStack, on the terminal. Leaves
 * nothing behind. `--for 30s` ends it after a while, `--without-rabbitmq` looks for none.
 */
import { parseArgs } from 'node:util';
import { demonstrate } from './demonstrate.ts';
import { createScreen } from './screen.ts';

const USAGE = 'npm start [-- --for 30s] [-- --without-rabbitmq]';

try {
  const { values } = parseArgs({
    options: {
      for: { type: 'string', default: 'ever' },
      'without-rabbitmq': { type: 'boolean', default: false },
    },
  });
  const durationMs = values.for === 'ever' ? undefined : parseDuration(values.for);
  await demonstrate(createScreen(), {
    signal: stopSignal(durationMs),
    withRabbitmq: !values['without-rabbitmq'],
  });
  process.exit(0);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\nUsage: ${USAGE}\n`);
  process.exit(2);
}

/**
 * Aborted by a signal, when the time is up or the terminal gone; a second signal ends the process
 * at once.
 */
function stopSignal(durationMs: number | undefined): AbortSignal {
  const end = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (end.signal.aborted) process.exit(1);
      end.abort();
    });
  }
  // `npm start | head`: nobody looks any more.
  process.stdout.on('error', () => end.abort());
  if (durationMs !== undefined) setTimeout(() => end.abort(), durationMs);
  return end.signal;
}

function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+)(ms|s|m)$/.exec(text) ?? [];
  const factor = { ms: 1, s: 1000, m: 60_000 }[unit ?? ''];
  if (factor === undefined) throw new Error(`--for ${text}: write a time such as 30s or 2m`);
  return Number(number) * factor;
}
