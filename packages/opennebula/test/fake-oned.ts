/** A server of oned's pool calls on a real XML-RPC stack, Python's own. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitFor } from '@viaduct/testkit';
import { startChild, type Child } from '../../../tools/peers/child.ts';

/** What it serves. */
export interface Served {
  readonly session?: string;
  /** By call, the objects of the pool as XML. */
  readonly pools?: Readonly<Record<string, readonly string[]>>;
  /** How long each answer takes, seconds. */
  readonly delay?: number;
}

/** One call that was made. */
export interface Call {
  readonly method: string;
  /** Without the session. */
  readonly params: readonly unknown[];
}

interface Line {
  readonly port?: number;
  readonly served?: true;
  readonly method?: string;
  readonly params?: readonly unknown[];
}

/** A running server. */
export class FakeOned {
  readonly calls: Call[] = [];
  readonly #child: Child;
  #port: number | undefined;
  #served = 0;

  private constructor(child: Child) {
    this.#child = child;
    createInterface({ input: child.output }).on('line', (text) => {
      const { port, served, method, params } = JSON.parse(text) as Line;
      this.#port ??= port;
      if (served === true) this.#served += 1;
      if (method !== undefined) this.calls.push({ method, params: params ?? [] });
    });
  }

  /** Starts one with the interpreter given. */
  static async start(python: string, served: Served): Promise<FakeOned> {
    const file = join(import.meta.dirname, 'oned.py');
    const oned = new FakeOned(await startChild({ file: python, args: ['-u', file] }));
    await waitFor(() => oned.#port !== undefined, { what: 'the server of oned to listen' });
    await oned.serve(served);
    return oned;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}/RPC2`;
  }

  /** From now on it serves this; what is left out stays. */
  async serve(served: Served): Promise<void> {
    const before = this.#served;
    this.#child.input.write(`${JSON.stringify(served)}\n`);
    await waitFor(() => this.#served > before, { what: 'the server of oned to change' });
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}
