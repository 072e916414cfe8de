import { join } from 'node:path';
import { ensurePeers } from './debian-packages.ts';
import { type LinePeer, startLinePeer } from './json-lines.ts';
import { recordStarted } from './started.ts';

/** Debian's own interpreter: the one its python3-oslo.messaging is installed for. */
const PYTHON = '/usr/bin/python3';

/** How long the notifier may take for what it was given before its input ended. */
const NOTIFY_TIMEOUT_MS = 60_000;

/** The seven priorities of oslo.messaging, as endpoint methods are named. */
export const OSLO_PRIORITIES = [
  'audit',
  'debug',
  'info',
  'warn',
  'error',
  'critical',
  'sample',
] as const;

/** One of {@link OSLO_PRIORITIES}. */
export type OsloPriority = (typeof OSLO_PRIORITIES)[number];

/** Options of oslo.messaging itself: `{'oslo_messaging_rabbit.amqp_durable_queues': true}`. */
type LibraryOptions = Readonly<Record<string, unknown>>;

/** What to listen to, and how to answer. */
export interface ListenerOptions {
  /** `amqp://` or `rabbit://`, with the virtual host as its path. */
  readonly url: string;
  readonly topics?: readonly string[];
  readonly exchanges?: readonly string[];
  readonly priorities?: readonly OsloPriority[];
  /** The queue name of a listener pool. */
  readonly pool?: string;
  readonly batchSize?: number;
  readonly batchTimeoutS?: number;
  /** Answers REQUEUE to the first so many. */
  readonly requeueFirst?: number;
  /** Raises an exception for the first so many. */
  readonly raiseFirst?: number;
  readonly allowRequeue?: boolean;
  /** A regular expression of NotificationFilter. */
  readonly filterEventType?: string;
  readonly conf?: LibraryOptions;
}

/** A notification as a listener's endpoint is given it. */
export interface OsloNotification {
  readonly priority: OsloPriority;
  readonly publisher_id: string | null;
  readonly event_type: string;
  readonly ctxt: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
  readonly metadata: { readonly message_id: string; readonly timestamp: string };
}

/** A running listener. */
export interface OsloListener {
  readonly pid: number;
  readonly version: string;
  notifications(): readonly OsloNotification[];
  /** Waits for at least so many and returns all; throws when the time is up. */
  waitForCount(count: number, timeoutMs?: number): Promise<readonly OsloNotification[]>;
  /** Everything it printed, the batches and requeued ones too. */
  readonly lines: LinePeer['lines'];
  /** What the library logged. */
  errors(): string;
  stop(): Promise<void>;
}

/** Where and how to publish. */
export interface NotifierOptions {
  readonly url: string;
  /** `messaging` is the bare (v1) format, `messagingv2` (default) the enveloped one. */
  readonly driver?: 'messaging' | 'messagingv2';
  readonly exchange?: string;
  readonly topics?: readonly string[];
  readonly publisherId?: string;
  /** The library's: absent or -1 for ever, 0 none, N tries. */
  readonly retry?: number;
  /** Passes the context as the RequestContext that services use, not as a bare mapping. */
  readonly contextClass?: boolean;
  readonly conf?: LibraryOptions;
}

/** One notification to publish; id, timestamp and `_unique_id` are the library's. */
export interface OsloMessage {
  readonly event_type: string;
  readonly payload: unknown;
  readonly priority?: string;
  readonly publisher_id?: string;
  readonly ctxt?: Readonly<Record<string, unknown>>;
}

/** A running notifier, for tests that publish while something breaks. */
export interface OsloNotifier {
  readonly pid: number;
  readonly version: string;
  send(message: OsloMessage): void;
  /** Waits until the library has returned from so many; it swallows most failures. */
  waitForSent(count: number, timeoutMs?: number): Promise<void>;
  errors(): string;
  stop(): Promise<void>;
}

/** Starts a real oslo.messaging listener and waits until its consumers are declared. */
export async function startListener(options: ListenerOptions): Promise<OsloListener> {
  const peer = await startPython('listener.py', [
    ...repeated('--url', [rabbitUrl(options.url)]),
    ...repeated('--topic', options.topics),
    ...repeated('--exchange', options.exchanges),
    ...repeated('--priority', options.priorities),
    ...optional('--pool', options.pool),
    ...optional('--batch-size', options.batchSize),
    ...optional('--batch-timeout', options.batchTimeoutS),
    ...optional('--requeue-first', options.requeueFirst),
    ...optional('--raise-first', options.raiseFirst),
    ...optional('--filter-event-type', options.filterEventType),
    ...(options.allowRequeue === false ? ['--no-requeue'] : []),
    ...overrides(options.conf),
  ]);
  const notifications = (): readonly OsloNotification[] =>
    peer.lines('notification') as unknown as readonly OsloNotification[];
  return {
    pid: peer.child.pid,
    version: String(peer.ready.version),
    notifications,
    waitForCount: async (count, timeoutMs = NOTIFY_TIMEOUT_MS) => {
      await peer.waitFor('notification', count, timeoutMs);
      return notifications();
    },
    lines: peer.lines,
    errors: () => peer.child.errors(),
    stop: () => peer.child.stop(),
  };
}

/** Starts a real oslo.messaging notifier. */
export async function startNotifier(options: NotifierOptions): Promise<OsloNotifier> {
  const peer = await startPython('notifier.py', [
    ...repeated('--url', [rabbitUrl(options.url)]),
    ...optional('--driver', options.driver),
    ...optional('--exchange', options.exchange),
    ...repeated('--topic', options.topics),
    ...optional('--publisher-id', options.publisherId),
    ...optional('--retry', options.retry),
    ...(options.contextClass === true ? ['--context-class'] : []),
    ...overrides(options.conf),
  ]);
  return {
    pid: peer.child.pid,
    version: String(peer.ready.version),
    send: (message) => peer.write(message),
    waitForSent: async (count, timeoutMs = NOTIFY_TIMEOUT_MS) => {
      await peer.waitFor('sent', count, timeoutMs);
    },
    errors: () => peer.child.errors(),
    stop: () => peer.child.stop(),
  };
}

/** Publishes the messages with a notifier of its own and waits until all are sent. */
export async function notify(
  options: NotifierOptions,
  messages: readonly OsloMessage[],
): Promise<void> {
  const notifier = await startNotifier(options);
  try {
    for (const message of messages) notifier.send(message);
    await notifier.waitForSent(messages.length);
  } finally {
    await notifier.stop();
  }
}

async function startPython(script: string, args: readonly string[]): Promise<LinePeer> {
  ensurePeers(['oslo']);
  const file = join(import.meta.dirname, 'oslo', script);
  // -B: no compiled files beside the sources.
  const peer = await startLinePeer({ file: PYTHON, args: ['-B', file, ...args] });
  const version = String(peer.ready.version);
  recordStarted({ peer: 'oslo', pid: peer.child.pid, version });
  return peer;
}

/** oslo.messaging calls the scheme after its driver. */
function rabbitUrl(url: string): string {
  return url.replace(/^amqp:/, 'rabbit:');
}

// One argument each, so that a value may begin with a dash.
function repeated(name: string, values: readonly string[] = []): string[] {
  return values.map((value) => `${name}=${value}`);
}

function optional(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}

function overrides(conf: LibraryOptions = {}): string[] {
  return Object.entries(conf).map(([name, value]) => `--conf=${name}=${JSON.stringify(value)}`);
}
