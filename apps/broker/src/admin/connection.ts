/** What commands do: ask a running broker, over the socket in its data folder or over a network. */
import { once } from 'node:events';
import { type IncomingMessage, request, type RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { BROKER_ERRORS, BrokerError, type BrokerErrorCode } from '../errors.ts';
import { messageOf } from '../error-fields.ts';
import { socketPath } from './listen.ts';

/** Longest answer that is taken whole, bytes: a page of large events. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Longest that a broker beyond this machine says nothing before it begins to answer, milliseconds:
 * what takes longer is told as it goes.
 */
const ANSWER_MS = 60_000;

/** A question. */
export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** With its query: `/api/v1/status`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A message of a stream of server-sent events. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

/**
 * See the file's comment. All of it rejects with a `BrokerError`: `VIA_ADMIN_CONNECTION` where the
 * broker went away, else the code that it answered; or with the reason of an aborted signal.
 */
export interface BrokerConnection {
  /** The answer as it was parsed; `undefined` for a 404. */
  json(question: Question): Promise<unknown>;
  /** An answer that goes on in lines of JSON; a last line of the kind `error` is thrown. */
  lines(question: Question): AsyncGenerator<unknown, void, void>;
  /** A stream of server-sent events, until it ends. */
  events(question: Question): AsyncGenerator<ServerSentEvent, void, void>;
}

/** A connection to the broker of a data folder; `undefined` where none answers. */
export async function openConnection(folder: string): Promise<BrokerConnection | undefined> {
  const path = socketPath(folder);
  if (path === undefined || !existsSync(path)) return undefined;
  const ask = (question: Question): Promise<IncomingMessage> => {
    return send({ socketPath: path }, question);
  };
  try {
    await wholeText(await ask({ path: '/livez' }));
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === 'VIA_ADMIN_CONNECTION') return undefined;
    throw error;
  }
  return connectionOf(ask);
}

/** Where a broker answers beyond its data folder. */
export interface RemoteAddress {
  /** `https://broker.example.org:8443`, with a path before the API's where a proxy wants one. */
  readonly url: URL;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  /** How long it may take to begin its answer, milliseconds; a minute where it is not said. */
  readonly answerMs?: number;
}

/** A connection over a network. Nothing is asked yet: whoever asks finds out. */
export function remoteConnection(address: RemoteAddress): BrokerConnection {
  const { url, token, answerMs = ANSWER_MS } = address;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const base = url.pathname.replace(/\/$/, '');
  return connectionOf((question) =>
    send({ url, answerMs }, { ...question, path: base + question.path, headers }),
  );
}

function connectionOf(ask: Ask): BrokerConnection {
  return {
    json: async (question) => {
      const answer = await ask(question);
      const text = await wholeText(answer);
      const value = parse(text);
      if (isGood(answer)) return value;
      if (answer.statusCode === 404 && isProblem(value)) return undefined;
      return fail(value);
    },
    lines: (question) => linesOf(ask, question),
    events: (question) => eventsOf(ask, question),
  };
}

type Ask = (question: Question) => Promise<IncomingMessage>;

async function* linesOf(ask: Ask, question: Question): AsyncGenerator<unknown, void, void> {
  const answer = await ask(question);
  if (!isGood(answer)) fail(parse(await wholeText(answer)));
  for await (const line of textLines(answer, question.signal)) {
    const told = parse(line);
    const { kind, problem } = told as { readonly kind?: unknown; readonly problem?: unknown };
    if (kind === 'error') fail(problem);
    yield told;
  }
}

async function* eventsOf(ask: Ask, question: Question): AsyncGenerator<ServerSentEvent> {
  const answer = await ask(question);
  if (!isGood(answer)) fail(parse(await wholeText(answer)));
  let event = 'message';
  let id: string | undefined;
  for await (const line of textLines(answer, question.signal)) {
    const [, field, value = ''] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'id') id = value;
    else if (field === 'data')
      yield { event, ...(id === undefined ? {} : { id }), data: parse(value) };
    else if (line === '') [event, id] = ['message', undefined];
  }
}

/** Ends the answer when whoever reads it ends; a broken one is an error of the connection. */
async function* textLines(
  answer: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const reader = createInterface({ input: answer, crlfDelay: Infinity });
  // Said again by whoever reads the lines, or too late for anybody to be told.
  answer.on('error', () => reader.close());
  try {
    for await (const line of reader) yield line;
    if (!answer.complete) throw new Error('it ended in the middle');
  } catch (error) {
    signal?.throwIfAborted();
    throw gone(error);
  } finally {
    reader.close();
    answer.destroy();
  }
}

/** Where a question goes. */
type Place = { readonly socketPath: string } | { readonly url: URL; readonly answerMs: number };

async function send(place: Place, question: Question): Promise<IncomingMessage> {
  const { method = 'GET', path, body, headers = {}, signal } = question;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const typed = text === undefined ? headers : { ...headers, 'content-type': 'application/json' };
  const options: RequestOptions = {
    method,
    path,
    headers: { host: hostOf(place), ...typed },
    ...(signal === undefined ? {} : { signal }),
  };
  const asked =
    'socketPath' in place
      ? request({ ...options, socketPath: place.socketPath })
      : requestOf(place.url)(place.url, options);
  if ('answerMs' in place) {
    const { answerMs } = place;
    asked.setTimeout(answerMs, () => {
      asked.destroy(new Error(`no answer within ${String(answerMs / 1000)} s`));
    });
  }
  asked.end(text);
  try {
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    // From here on silence is no fault: of a live stream it is the rule.
    asked.setTimeout(0);
    return answer;
  } catch (error) {
    signal?.throwIfAborted();
    const advice = 'Is it running, and is that its address?';
    const message = `no broker answers at ${placeText(place)}: ${messageOf(error)}. ${advice}`;
    throw new BrokerError('VIA_ADMIN_CONNECTION', message, { cause: error });
  }
}

function placeText(place: Place): string {
  return 'socketPath' in place ? place.socketPath : place.url.origin;
}

function requestOf({ protocol }: URL): typeof request {
  return protocol === 'https:' ? requestTls : request;
}

function hostOf(place: Place): string {
  return 'socketPath' in place ? 'viaduct' : place.url.host;
}

async function wholeText(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of answer) {
      bytes += (part as Buffer).length;
      if (bytes > ANSWER_BYTES_MAX)
        throw new Error(`it is longer than ${String(ANSWER_BYTES_MAX)}`);
      parts.push(part as Buffer);
    }
  } catch (error) {
    throw gone(error);
  }
  return Buffer.concat(parts).toString();
}

function isGood({ statusCode = 500 }: IncomingMessage): boolean {
  return statusCode < 300;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    const message = 'what answers there is no broker: look at the address';
    throw new BrokerError('VIA_ADMIN_CONNECTION', message, { cause: error });
  }
}

function gone(reason: unknown): BrokerError {
  const message = `the running broker did not answer to the end: ${messageOf(reason)}`;
  return new BrokerError('VIA_ADMIN_CONNECTION', message, { cause: reason });
}

/** What the command itself can be told, and no request to the API. */
const TOKEN_ADVICE = '; the command sends what VIADUCT_TOKEN holds';

/** What a broker says of what it cannot do; what a proxy or another server says is none. */
function isProblem(value: unknown): boolean {
  const { code } = (value ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^VIA_(ADMIN|BROKER|CORE|ENGINE|JOURNAL)_/.test(code);
}

/** An error of the engine or the journal there: it keeps its code, as on a stopped one's data. */
class AnsweredError extends Error {
  override readonly name: string = 'AnsweredError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws the problem that was answered. */
function fail(problem: unknown): never {
  const { code, message } = (problem ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  if (!isProblem(problem)) {
    const text = 'what answers there is no broker: look at the address';
    throw new BrokerError('VIA_ADMIN_CONNECTION', text);
  }
  const told = typeof message === 'string' ? message : 'the broker answered an error';
  const advice = code === 'VIA_ADMIN_UNAUTHENTICATED' ? TOKEN_ADVICE : '';
  const text = told + advice;
  if (code === 'VIA_ADMIN_REQUEST') throw new BrokerError('VIA_BROKER_REQUEST', text);
  if (typeof code === 'string' && Object.hasOwn(BROKER_ERRORS, code)) {
    throw new BrokerError(code as BrokerErrorCode, text);
  }
  throw new AnsweredError(String(code), text);
}
