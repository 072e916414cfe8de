/** A ZeroMQ subscriber, as the consumers of OpenNebula's events are. */
import { Subscriber } from 'zeromq';
import { type Collector, enter } from './collector.ts';
import type { SinkTerms } from './history.ts';
import type { Notebook } from './ledger.ts';
import type { Witness } from './sample.ts';

/** Which sink publishes to it. */
export interface SubscriberCollectorOptions {
  readonly sink: string;
  readonly ledger: Notebook;
  readonly terms: SinkTerms;
  /** `tcp://127.0.0.1:PORT` of the broker's publisher. */
  readonly endpoint: string;
}

/** Of the two or three messages for one event: the one that has the state in its key. */
const KEY_PREFIX = 'EVENT STATE ';

/** Records what is published while it is connected; nobody confirms, so nothing is owed. */
export class SubscriberCollector implements Collector {
  readonly sink: string;
  readonly terms: SinkTerms;
  readonly #socket = new Subscriber({ receiveHighWaterMark: 0, reconnectInterval: 100 });
  readonly #reading: Promise<void>;

  constructor({ sink, ledger, terms, endpoint }: SubscriberCollectorOptions) {
    this.sink = sink;
    this.terms = terms;
    this.#socket.connect(endpoint);
    this.#socket.subscribe(KEY_PREFIX);
    this.#reading = this.#read(ledger);
  }

  /** It records from its start. */
  async collect(): Promise<void> {}

  async close(): Promise<void> {
    this.#socket.close();
    await this.#reading;
  }

  async #read(ledger: Notebook): Promise<void> {
    try {
      for await (const [, content] of this.#socket) {
        const xml = Buffer.from(String(content), 'base64').toString('utf8');
        enter(ledger, this.sink, readXml(xml));
      }
    } catch {
      // Closed.
    }
  }
}

/** Name and subject of a machine's document, taken out as text. */
function readXml(xml: string): Witness | undefined {
  const name = /<VM>.*?<NAME>(.*?)<\/NAME>/s.exec(xml)?.[1];
  const resource = /<SUBJECT>compute\/([^<]*)<\/SUBJECT>/.exec(xml)?.[1];
  if (name === undefined || resource === undefined) return undefined;
  return { resource, name: unescaped(name) };
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
};

/** A text of XML: CDATA as it stands, else the five entities and character numbers resolved. */
function unescaped(text: string): string {
  const cdata = /^<!\[CDATA\[(.*)\]\]>$/s.exec(text)?.[1];
  if (cdata !== undefined) return cdata;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(String(hex), 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[String(name)] ?? whole;
  });
}
