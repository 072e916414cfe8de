/** A receiver of webhooks that can be unwell: it records what it answers, and nothing else. */
import { isJsonObject } from '@viaduct/core';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Collector, enter } from './collector.ts';
import type { SinkTerms } from './history.ts';
import type { Notebook } from './ledger.ts';
import type { Witness } from './sample.ts';

/** How it takes requests: `hang` reads them and never says a word. */
export type WebhookMood = 'well' | 'hang' | 'unavailable' | 'refuse' | 'reset';

/** Which sink posts to it. */
export interface WebhookCollectorOptions {
  readonly sink: string;
  readonly ledger: Notebook;
  readonly terms: SinkTerms;
}

/** Listens on a free loopback port. */
export class WebhookCollector implements Collector {
  readonly sink: string;
  readonly terms: SinkTerms;
  mood: WebhookMood = 'well';
  readonly #ledger: Notebook;
  readonly #server: Server;

  private constructor(options: WebhookCollectorOptions) {
    this.sink = options.sink;
    this.terms = options.terms;
    this.#ledger = options.ledger;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(options: WebhookCollectorOptions): Promise<WebhookCollector> {
    const collector = new WebhookCollector(options);
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** It records from its start. */
  async collect(): Promise<void> {}

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return; // cut off: the sender knows that it was not answered
    }
    if (this.mood === 'hang') return;
    if (this.mood === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (this.mood === 'unavailable' || this.mood === 'refuse') {
      response.writeHead(this.mood === 'refuse' ? 422 : 503).end();
      return;
    }
    enter(this.#ledger, this.sink, readEvent(Buffer.concat(parts).toString('utf8')));
    response.writeHead(204).end();
  }
}

/** What a structured CloudEvent of the canonical form says. */
function readEvent(body: string): Witness | undefined {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    return undefined;
  }
  const data = isJsonObject(event) ? event.data : undefined;
  const resource: unknown = isJsonObject(data) ? data.resource : undefined;
  if (!isJsonObject(resource)) return undefined;
  const { id, name } = resource;
  return typeof id === 'string' && typeof name === 'string' ? { resource: id, name } : undefined;
}
