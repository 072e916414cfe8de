/** Requests to the admin API of the broker that serves this page. */
import type { ProblemBody } from '@viaduct/broker/admin-api';

/** Longest a request may take, milliseconds; long work answers in lines and has no such end. */
const REQUEST_TIMEOUT_MS = 20_000;

/** What the broker refused, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  override readonly name: string = 'ApiError';
  readonly status: number;
  /** One of the codes of `docs/errors`; missing where no broker answered. */
  readonly code: string | undefined;
  readonly problem: ProblemBody | undefined;

  constructor(status: number, message: string, problem?: ProblemBody) {
    super(message);
    this.status = status;
    this.code = problem?.code;
    this.problem = problem;
  }
}

/** Values of a query; what is missing or empty is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Asks. `path` is relative to `/api/v1`. */
export async function getJson<T>(
  path: string,
  query: Query = {},
  signal?: AbortSignal,
): Promise<T> {
  const answer = await send(addressOf(path, query), { method: 'GET', ...(signal && { signal }) });
  return (await answer.json()) as T;
}

/** Changes something, or asks with a body. */
export async function postJson<T>(path: string, body?: object): Promise<T> {
  const answer = await send(addressOf(path), withBody(body));
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** Takes something away. */
export async function remove(path: string): Promise<void> {
  await send(addressOf(path), { method: 'DELETE' });
}

/** Long work that is told as it goes on: a value for each line of the answer. */
export async function* postLines<T>(
  path: string,
  body: object,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const answer = await send(addressOf(path), { ...withBody(body), signal }, false);
  if (answer.body === null) return;
  let rest = '';
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const told = JSON.parse(line) as
        T | { readonly kind: 'error'; readonly problem: ProblemBody };
      throwIfProblem(told);
      yield told as T;
    }
  }
}

/** The address of a path of the API, wherever the page is served. */
export function addressOf(path: string, query: Query = {}): string {
  const url = new URL(`./api/v1/${path}`, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  return url.href;
}

function withBody(body: object | undefined): RequestInit {
  if (body === undefined) return { method: 'POST' };
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

async function send(url: string, init: RequestInit, isTimed = true): Promise<Response> {
  const signals = [
    ...(init.signal ? [init.signal] : []),
    ...(isTimed ? [AbortSignal.timeout(REQUEST_TIMEOUT_MS)] : []),
  ];
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, signal: AbortSignal.any(signals) });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new ApiError(0, 'The broker does not answer.');
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => undefined)) as ProblemBody | undefined;
  throw new ApiError(answer.status, problem?.message ?? answer.statusText, problem);
}

function throwIfProblem(told: unknown): void {
  if (typeof told !== 'object' || told === null || !('kind' in told)) return;
  if (told.kind !== 'error' || !('problem' in told)) return;
  const problem = told.problem as ProblemBody;
  throw new ApiError(problem.status, problem.message, problem);
}
