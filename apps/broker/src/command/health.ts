import { request } from 'node:http';
import { socketPath } from '../admin/listen.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';

/** What `viaduct health` was asked for. */
export interface HealthOptions {
  /** The data folder of the broker. */
  readonly folder: string;
  /** Only whether it answers at all, ready or not. */
  readonly live: boolean;
  readonly json: boolean;
}

/** How long the broker may take to answer, milliseconds: shorter than what probes wait. */
const ANSWER_MS = 4_000;

/** Longest answer that is read, characters. */
const ANSWER_CHARACTERS_MAX = 65_536;

/** Asks the running broker of a data folder whether it is well; 0 says yes. */
export async function runHealth(options: HealthOptions, output: Output): Promise<ExitCode> {
  const health = await ask(options.folder, options.live ? '/livez' : '/readyz');
  const line = options.json ? JSON.stringify(health) : health.text;
  await output.write(`${line}\n`);
  return health.ok ? EXIT.ok : EXIT.unwell;
}

interface Health {
  readonly ok: boolean;
  readonly text: string;
}

function ask(folder: string, path: string): Promise<Health> {
  const socket = socketPath(folder);
  if (socket === undefined) {
    return Promise.resolve({ ok: false, text: `the path of ${folder} is too long for a socket` });
  }
  const { promise, resolve } = Promise.withResolvers<Health>();
  const asked = request({ socketPath: socket, path, timeout: ANSWER_MS }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      if (body.length < ANSWER_CHARACTERS_MAX) body += chunk;
    });
    response.on('end', () => {
      resolve({ ok: response.statusCode === 200, text: healthText(body) });
    });
  });
  asked.on('timeout', () => asked.destroy(new Error('it does not answer')));
  asked.on('error', ({ message }) => {
    resolve({ ok: false, text: `no broker runs on ${folder}: ${message}` });
  });
  asked.end();
  return promise;
}

/** `not ready: engine starting`. */
function healthText(body: string): string {
  try {
    const { status, parts = {} } = JSON.parse(body) as {
      readonly status: string;
      readonly parts?: Readonly<Record<string, string>>;
    };
    const words = Object.entries(parts).map(([part, state]) => `${part} ${state}`);
    return words.length === 0 ? status : `${status}: ${words.join(', ')}`;
  } catch {
    return 'what answers there is no broker';
  }
}
