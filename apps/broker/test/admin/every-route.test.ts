import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { PATIENCE, type Stage, startStage } from './stage.ts';

const VIEWER = 'viewer-token-0123456789';
const OPERATOR = 'operator-token-0123456789';

const GUARDED = {
  admin: 'tokens: [{ name: eyes, token: "${V}" }, { name: hands, role: operator, token: "${O}" }]',
  environment: { V: VIEWER, O: OPERATOR },
};

/** Of routes that change something and need one; the others get an empty one. */
const BODIES: Readonly<Record<string, object>> = {
  '/api/v1/replay': { from: 0, to: 1 },
  '/api/v1/dead-letters/replay': { letters: { filter: {} } },
  '/api/v1/dead-letters/discard': { letters: { filter: {} }, reason: 'a test' },
  '/api/v1/translate': { from: 'oslo', to: 'snmp', message: {} },
  '/api/v1/configuration/check': { text: '' },
  '/api/v1/journal/backup': { name: 'copy' },
  '/api/v1/session': { token: OPERATOR },
};

/** What looks and is no GET: it takes a body, or begins and ends the session of whoever asks. */
const LOOKING = ['POST /api/v1/configuration/check', 'POST /api/v1/translate'];

const OPEN = ['GET /api/v1/session', 'GET /livez', 'GET /readyz', 'POST /api/v1/session'];

interface Operation {
  readonly method: string;
  /** As the document writes it. */
  readonly path: string;
  readonly role: 'open' | 'viewer' | 'operator';
}

async function operationsOf(stage: Stage): Promise<readonly Operation[]> {
  const { body } = await stage.get('/openapi.json', bearer(VIEWER));
  const { paths } = body as { paths: Record<string, Record<string, { 'x-role': never }>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-role': role }]) => ({
      method: method.toUpperCase(),
      path,
      role,
    })),
  );
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** Asks for the route, and takes no more than its head: one of them never ends. */
async function statusOf(stage: Stage, one: Operation, headers: object = {}): Promise<number> {
  const { method, path } = one;
  const address = path.replace('{name}', 'out').replaceAll(/\{\w+\}/g, '1');
  const body = ['GET', 'DELETE'].includes(method) ? {} : bodyOf(path);
  const leaving = new AbortController();
  const answer = await fetch(stage.url + address, {
    method,
    signal: leaving.signal,
    ...body,
    headers: { ...headers, ...('body' in body ? { 'content-type': 'application/json' } : {}) },
  });
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (isStream) leaving.abort();
  else await answer.text();
  return answer.status;
}

function bodyOf(path: string): { readonly body?: string } {
  if (/\/(pause|resume|stop|reload)$/.test(path)) return {};
  return { body: JSON.stringify(BODIES[path] ?? {}) };
}

const nameOf = ({ method, path }: Operation) => `${method} ${path}`;

describe('every route of the document', () => {
  it('asks for the role that it says, and changes take the operator', async () => {
    const stage = await startStage(GUARDED);
    const operations = await operationsOf(stage);
    expect(operations.length).toBeGreaterThan(30);
    expect(
      operations
        .filter(({ role }) => role === 'open')
        .map(nameOf)
        .toSorted(),
    ).toEqual(OPEN);
    for (const one of operations.filter(({ role }) => role !== 'open')) {
      expect([nameOf(one), await statusOf(stage, one)]).toEqual([nameOf(one), 401]);
      const isRefused = (await statusOf(stage, one, bearer(VIEWER).headers)) === 403;
      expect([nameOf(one), isRefused]).toEqual([nameOf(one), one.role === 'operator']);
      const isChange = one.method !== 'GET' && !LOOKING.includes(nameOf(one));
      if (isChange && one.path !== '/api/v1/session')
        expect(one.role, nameOf(one)).toBe('operator');
      const status = await statusOf(stage, one, bearer(OPERATOR).headers);
      expect([401, 403], nameOf(one)).not.toContain(status);
      expect(status, nameOf(one)).toBeLessThan(500);
    }
  });

  it('refuses pages of other sites, whoever is signed in there', async () => {
    const stage = await startStage(GUARDED);
    const page = { ...bearer(OPERATOR).headers, origin: 'https://evil.example' };
    for (const one of await operationsOf(stage)) {
      expect([nameOf(one), await statusOf(stage, one, page)]).toEqual([nameOf(one), 403]);
    }
  });

  it('is in the audit log where it changes something, done or refused, and nowhere else', async () => {
    const stage = await startStage(GUARDED);
    const operations = await operationsOf(stage);
    for (const one of operations) {
      await statusOf(stage, one, bearer(VIEWER).headers);
      await statusOf(stage, one, bearer(OPERATOR).headers);
      await statusOf(stage, one);
    }
    const changes = operations.filter(
      (one) => one.method !== 'GET' && !LOOKING.includes(nameOf(one)),
    );
    const written = async () => {
      const text = await readFile(join(stage.data, 'audit.jsonl'), 'utf8').catch(() => '');
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
    };
    const expected = changes.flatMap((one) => {
      const what = nameOf(one)
        .replace('{name}', 'out')
        .replaceAll(/\{\w+\}/g, '1');
      const who = what === 'POST /api/v1/session' ? ['token:hands'] : ['token:eyes', 'token:hands'];
      return who.map((name) => `${name} ${what}`);
    });
    const told = async () => (await written()).map(({ who, what }) => `${who} ${what}`);
    const isAll = async () => new Set(await told()).size >= expected.length;
    await waitFor(isAll, { ...PATIENCE, what: 'the audit log' });
    expect([...new Set(await told())].toSorted()).toEqual(expected.toSorted());
  });
});

interface Line {
  readonly who: string;
  readonly what: string;
}
