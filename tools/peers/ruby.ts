import { join } from 'node:path';
import { ensurePeers } from './debian-packages.ts';
import { type LinePeer, startLinePeer } from './json-lines.ts';
import { recordStarted } from './started.ts';

const RECEIVE_TIMEOUT_MS = 60_000;

/** What the documented subscriber reads. */
export interface RubyMessage {
  readonly key: string;
  /** The second frame as received: base64. */
  readonly content: string;
  /** That frame decoded, as the documented subscriber prints it. */
  readonly text: string;
}

/** A running ffi-rzmq subscriber, of the kind that OpenNebula documents. */
export interface RubySubscriber {
  readonly pid: number;
  readonly version: string;
  messages(): readonly RubyMessage[];
  /** Waits for at least so many and returns all; throws when the time is up. */
  waitForCount(count: number, timeoutMs?: number): Promise<readonly RubyMessage[]>;
  stop(): Promise<void>;
}

/** A running ffi-rzmq publisher: binds a PUB socket as OpenNebula's hook manager does. */
export interface RubyPublisher {
  readonly pid: number;
  readonly version: string;
  /** `tcp://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Publishes frames as they are; OpenNebula's are two, the key and base64 text. */
  publish(...frames: readonly (string | Uint8Array)[]): void;
  /** Waits until so many were handed to the socket. */
  waitForPublished(count: number, timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the subscriber. It connects in the background, and a PUB socket drops what is sent before
 * that: publish until the first message arrives, or wait for the subscription at the publisher.
 */
export async function startSubscriber(
  endpoint: string,
  prefixes: readonly string[] = ['EVENT'],
): Promise<RubySubscriber> {
  const peer = await startRuby('subscriber.rb', [endpoint, ...prefixes]);
  const messages = (): readonly RubyMessage[] =>
    peer.lines('message') as unknown as readonly RubyMessage[];
  return {
    pid: peer.child.pid,
    version: String(peer.ready.version),
    messages,
    waitForCount: async (count, timeoutMs = RECEIVE_TIMEOUT_MS) => {
      await peer.waitFor('message', count, timeoutMs);
      return messages();
    },
    stop: () => peer.child.stop(),
  };
}

/** Starts the publisher on a free loopback port, or on the endpoint given (to come back to it). */
export async function startPublisher(endpoint = 'tcp://127.0.0.1:*'): Promise<RubyPublisher> {
  const peer = await startRuby('publisher.rb', [endpoint]);
  return {
    pid: peer.child.pid,
    version: String(peer.ready.version),
    endpoint: String(peer.ready.endpoint),
    publish: (...frames) =>
      peer.write({ frames: frames.map((frame) => Buffer.from(frame).toString('base64')) }),
    waitForPublished: async (count, timeoutMs = RECEIVE_TIMEOUT_MS) => {
      await peer.waitFor('published', count, timeoutMs);
    },
    stop: () => peer.child.stop(),
  };
}

async function startRuby(script: string, args: readonly string[]): Promise<LinePeer> {
  ensurePeers(['ruby']);
  const file = join(import.meta.dirname, 'ruby', script);
  const peer = await startLinePeer({ file: 'ruby', args: [file, ...args] });
  const version = String(peer.ready.version);
  recordStarted({ peer: 'ruby', pid: peer.child.pid, version });
  return peer;
}
