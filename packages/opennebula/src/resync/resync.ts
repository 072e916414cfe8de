import { readFile } from 'node:fs/promises';
import {
  TransportError,
  type AdapterContext,
  type CodecError,
  type Delivery,
  type Result,
} from '@viaduct/core';
import type { OpennebulaMessage } from '../message.ts';
import { POOLS, readPool, type Pool } from '../decode/pools.ts';
import { post } from './resync-client.ts';
import type { ResyncOccasion, ResyncSettings } from './resync-config.ts';
import { formatCall, readAnswer } from './xml-rpc.ts';

/**
 * Asks for the states of all objects, page by page, and hands them out as deliveries. Never more
 * than one page is in memory, and none is asked for before the last was taken: events go first. One
 * time of asking at once; asked for again meanwhile, it is done once more, later.
 */
export class Resync {
  readonly #settings: ResyncSettings;
  readonly #context: AdapterContext;
  /** Called when there is something to take. */
  readonly #wake: () => void;
  /** Aborted by `close`; made anew by the next `want`. */
  #closing = new AbortController();
  #page: OpennebulaMessage[] = [];
  #askedAt = 0;
  #taken: () => void = () => undefined;
  #startedAt = -Infinity;
  #isRunning = false;
  #isWanted = false;
  #cancel: (() => void) | undefined;

  constructor(settings: ResyncSettings, context: AdapterContext, wake: () => void) {
    this.#settings = settings;
    this.#context = context;
    this.#wake = wake;
  }

  /** Events may have been missed. */
  want(occasion: ResyncOccasion): void {
    if (!this.#settings.on.includes(occasion)) return;
    if (this.#closing.signal.aborted) this.#closing = new AbortController();
    this.#isWanted = true;
    this.#schedule();
  }

  /** What was found out and not taken yet, at most `max`. */
  take(max: number): readonly Delivery<OpennebulaMessage>[] {
    if (this.#page.length === 0) return [];
    const receivedAt = this.#askedAt;
    const deliveries = this.#page
      .splice(0, max)
      .map((native) => ({ native, receivedAt, ack: () => undefined, reject: () => undefined }));
    if (this.#page.length === 0) this.#taken();
    return deliveries;
  }

  /** Ends what is under way, until it is wanted again. Legal at any time. */
  close(): void {
    this.#closing.abort();
    this.#isWanted = false;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#page = [];
    this.#taken();
  }

  #schedule(): void {
    if (this.#isRunning || !this.#isWanted || this.#closing.signal.aborted) return;
    const { clock } = this.#context;
    const waitMs = Math.max(0, this.#startedAt + this.#settings.intervalMs - clock.now());
    this.#cancel ??= clock.after(waitMs, () => {
      this.#cancel = undefined;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#context;
    const { signal } = this.#closing;
    this.#isRunning = true;
    this.#isWanted = false;
    this.#startedAt = clock.now();
    let objects = 0;
    try {
      const session = await this.#session();
      for (const name of this.#settings.pools) {
        objects += await this.#ask(POOLS[name], session, signal);
      }
      logger.info({ objects }, 'the states of all objects were asked for');
    } catch (thrown) {
      if (!signal.aborted) this.#failed(thrown);
    }
    this.#context.count('resync');
    this.#isRunning = false;
    this.#schedule();
  }

  /** Asks for one pool; gives how many objects it has. */
  async #ask(pool: Pool, session: string, signal: AbortSignal): Promise<number> {
    const { pageSize, objectsMax } = this.#settings;
    const { clock, logger } = this.#context;
    for (let offset = 0; ; offset += pageSize) {
      if (offset >= objectsMax) {
        const fields = { code: 'VIA_OPENNEBULA_RESYNC_INCOMPLETE', pool: pool.method, objectsMax };
        logger.warn(fields, 'not all objects were asked for');
        return offset;
      }
      const askedAt = clock.now();
      const answer = valueOf(readAnswer(await this.#call(pool, session, offset, signal)));
      const page = valueOf(readPool(answer, pool, askedAt));
      await this.#hand(page.slice(0, objectsMax), askedAt, signal);
      if (!pool.isPaged || page.length < pageSize) return offset + page.length;
    }
  }

  #call(pool: Pool, session: string, offset: number, signal: AbortSignal): Promise<string> {
    const { url, timeoutMs, answerBytesMax, pageSize } = this.#settings;
    const { clock } = this.#context;
    const parameters = [session, ...pool.parameters(offset, pageSize)];
    const options = { url, clock, timeoutMs, answerBytesMax, signal };
    return post(formatCall(pool.method, parameters), options);
  }

  /** Resolves when all of it was taken. */
  async #hand(
    page: readonly OpennebulaMessage[],
    askedAt: number,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    if (page.length === 0) return;
    this.#page = [...page];
    this.#askedAt = askedAt;
    const taken = new Promise<void>((resolve) => {
      this.#taken = resolve;
    });
    this.#wake();
    await taken;
    signal.throwIfAborted();
  }

  async #session(): Promise<string> {
    const { session, sessionFile } = this.#settings;
    if (session !== undefined) return session;
    if (sessionFile === undefined) throw failure('neither session nor sessionFile is set');
    const text = await readFile(sessionFile, 'utf8').catch((error: unknown) => {
      throw failure(`${sessionFile} cannot be read: ${String(error)}`);
    });
    return text.trim();
  }

  #failed(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const code = error instanceof TransportError ? error.code : 'VIA_OPENNEBULA_RESYNC_ANSWER';
    this.#context.count('resync-failed');
    this.#context.logger.warn(
      { code },
      `the states of all objects could not be asked for: ${error.message}`,
    );
  }
}

function valueOf<T>(result: Result<T, CodecError>): T {
  if (result.ok) return result.value;
  throw new TransportError('permanent', result.error.code, result.error.message);
}

function failure(message: string): TransportError {
  return new TransportError('permanent', 'VIA_OPENNEBULA_RESYNC_REFUSED', message);
}
