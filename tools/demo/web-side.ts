/** The CloudEvents side of the demo: a program that posts events, a webhook that takes some. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Receiver } from './receivers.ts';
import type { Screen } from './screen.ts';

const POST_INTERVAL_MS = 9_000;

/** A body that is longer is nobody's event here. */
const BODY_BYTES_MAX = 1_048_576;

const JOBS = ['backup', 'restore', 'report'];

/** A program that tells of its jobs, in structured mode. */
export function startProgram(port: number, screen: Screen): Receiver {
  let count = 0;
  const timer = setInterval(() => {
    const job = JOBS[count % JOBS.length] ?? 'backup';
    const event = {
      specversion: '1.0',
      id: randomUUID(),
      source: '/jobs',
      type: `com.example.${job}.finished`,
      subject: `${job}-${100 + count}`,
      time: new Date().toISOString(),
      data: { job, took: 12 },
    };
    count += 1;
    const headers = { 'content-type': 'application/cloudevents+json' };
    fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: JSON.stringify(event) })
      .then(async (response) => {
        await response.body?.cancel();
        if (!response.ok) screen.warn(`! the program was answered ${response.status}`);
      })
      .catch((error: unknown) => screen.warn(`! the program: ${(error as Error).message}`));
  }, POST_INTERVAL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}

/** A webhook that shows the type and subject of each event. */
export async function startWebhook(port: number, screen: Screen): Promise<Receiver> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
      if (body.length > BODY_BYTES_MAX) request.destroy();
    });
    request.on('error', () => undefined);
    request.once('end', () => {
      const { type = '', subject = '' } = eventIn(body);
      screen.arrived('webhook', `${type} ${subject}`);
      response.writeHead(204).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function eventIn(body: string): { readonly type?: string; readonly subject?: string } {
  try {
    return JSON.parse(body) as ReturnType<typeof eventIn>;
  } catch {
    return {};
  }
}
