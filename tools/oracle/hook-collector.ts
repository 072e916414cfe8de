/** Reads the file that hooks append to: one JSON text a line, `{"resource": …, "name": …}`. */
import { readFileSync } from 'node:fs';
import { type Collector, enter } from './collector.ts';
import type { SinkTerms } from './history.ts';
import type { Notebook } from './ledger.ts';
import type { Witness } from './sample.ts';

/** Which file it reads. */
export interface HookCollectorOptions {
  readonly sink: string;
  readonly ledger: Notebook;
  readonly terms: SinkTerms;
  readonly file: string;
}

const LOOK_EVERY_MS = 200;

/** Looks at the file now and then; what is there is the work of hooks that came to their end. */
export class HookCollector implements Collector {
  readonly sink: string;
  readonly terms: SinkTerms;
  readonly #options: HookCollectorOptions;
  #linesRead = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HookCollectorOptions) {
    this.sink = options.sink;
    this.terms = options.terms;
    this.#options = options;
  }

  async collect(): Promise<void> {
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    const lines = textOf(this.#options.file).split('\n').slice(0, -1);
    for (const line of lines.slice(this.#linesRead)) {
      enter(this.#options.ledger, this.sink, JSON.parse(line) as Witness);
    }
    this.#linesRead = lines.length;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // no hook has run yet
  }
}
