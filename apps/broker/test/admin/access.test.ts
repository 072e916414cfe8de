/* eslint-disable @typescript-eslint/no-unsafe-member-access -- answers are JSON, asserted on as it comes */
import { execFile } from 'node:child_process';
import { type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '@viaduct/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPasswordBook } from '../../src/admin/principal.ts';
import { openConnection } from '../../src/admin/connection.ts';
import { PATIENCE, startStage } from './stage.ts';

const VIEWER = 'viewer-token-0123456789';
const OPERATOR = 'operator-token-0123456789';
const PASSWORD = 'correct horse battery';

const GUARDED = {
  admin:
    'tokens: [{ name: grafana, token: "${V}" }, { name: ci, role: operator, token: "${O}" }], ' +
    'users: [{ name: ada, role: operator, password: "${P}" }]',
  environment: { V: VIEWER, O: OPERATOR, P: PASSWORD },
};

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** fetch does not let a header Host through. */
async function getAs(port: number, headers: Readonly<Record<string, string>>, path = '/livez') {
  const asked = request({ host: '127.0.0.1', port, path, headers }).end();
  const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
  answer.resume();
  return answer.statusCode;
}

describe('on loopback without tokens', () => {
  it('answers programs of this machine, by any name of it', async () => {
    const { port } = await startStage();
    for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
      expect(await getAs(port, { host: `${host}:${port}` })).toBe(200);
    }
  });

  it('refuses a page whose name was rebound to this machine', async () => {
    const { port } = await startStage();
    for (const host of [`evil.example:${port}`, 'evil.example', `127.0.0.1.evil.example:${port}`]) {
      expect(await getAs(port, { host })).toBe(403);
    }
    expect(await getAs(port, { host: 'localhost:1' })).toBe(403);
  });

  it('knows its own port where the system chose it', async () => {
    const { admin } = await startStage({ listen: '127.0.0.1:0' });
    const url = new URL(admin.url ?? '');
    expect(Number(url.port)).toBeGreaterThan(0);
    expect((await fetch(new URL('/livez', url))).status).toBe(200);
    expect(await getAs(Number(url.port), { host: `evil.example:${url.port}` })).toBe(403);
  });

  it('takes a further name that the configuration allows', async () => {
    const { port } = await startStage({ admin: 'hosts: viaduct.example.org' });
    expect(await getAs(port, { host: 'viaduct.example.org' })).toBe(200);
    expect(await getAs(port, { host: `viaduct.example.org:${port}` })).toBe(200);
    expect(await getAs(port, { host: 'other.example.org' })).toBe(403);
  });

  it('refuses what pages of other sites ask, and answers its own', async () => {
    const stage = await startStage();
    const { port } = stage;
    const host = `localhost:${port}`;
    expect(await getAs(port, { host, origin: `http://${host}` })).toBe(200);
    expect(await getAs(port, { host, origin: 'http://evil.example' })).toBe(403);
    expect(await getAs(port, { host, origin: 'null' })).toBe(403);
    expect(await getAs(port, { host, 'sec-fetch-site': 'cross-site' })).toBe(403);
    const link = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(await getAs(port, link, '/')).toBe(200);
    const { headers } = await stage.get('/api/v1/status');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });
});

describe('with tokens', () => {
  it('tells whoever is not known nothing but that it lives', async () => {
    const stage = await startStage(GUARDED);
    for (const path of [
      '/api/v1/status',
      '/metrics',
      '/openapi.json',
      '/docs/',
      '/api/v1/alarms',
    ]) {
      const { status, headers, body } = await stage.get(path);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(body.code).toBe('VIA_ADMIN_UNAUTHENTICATED');
    }
    const wrong = ['nobody', `${OPERATOR}x`, OPERATOR.slice(1), 'x'.repeat(5000)];
    for (const token of wrong) {
      expect((await stage.get('/api/v1/status', bearer(token))).status).toBe(401);
    }
    const message = (await stage.get('/api/v1/status', bearer('nobody'))).body.message as string;
    expect(message).toContain('does not know that token');
    const basic = { headers: { authorization: `Basic ${btoa(`ada:${PASSWORD}`)}` } };
    const other = await stage.get('/api/v1/status', basic);
    expect([other.status, other.body.message]).toEqual([
      401,
      'that is no token: send "authorization: Bearer TOKEN"',
    ]);
    expect((await stage.get('/livez')).status).toBe(200);
    expect((await stage.get('/readyz')).status).toBe(200);
    expect((await stage.get('/api/v1/session')).body).toEqual({
      isSignedIn: false,
      isRequired: true,
      hasUsers: true,
    });
  });

  it('lets a viewer see and an operator do', async () => {
    const stage = await startStage(GUARDED);
    expect((await stage.get('/api/v1/status', bearer(VIEWER))).status).toBe(200);
    const refused = await stage.send('/api/v1/sinks/out/pause', undefined, bearer(VIEWER));
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ code: 'VIA_ADMIN_FORBIDDEN' });
    expect(refused.body.message).toContain('token:grafana');
    const check = await stage.send('/api/v1/configuration/check', { text: '' }, bearer(VIEWER));
    expect(check.status).toBe(403);
    const message = { from: 'oslo', to: 'snmp', message: {} };
    expect((await stage.send('/api/v1/translate', message, bearer(VIEWER))).status).toBe(422);
    const done = await stage.send('/api/v1/sinks/out/pause', undefined, bearer(OPERATOR));
    expect(done.status).toBe(200);
    const log = stage.logs.lines.filter(({ fields }) => fields.who !== undefined);
    expect(log.map(({ fields }) => [fields.who, fields.status])).toEqual([
      ['token:grafana', 403],
      ['token:ci', 200],
    ]);
  });

  it('lets no stranger write into the audit log, but his attempts to sign in', async () => {
    const stage = await startStage(GUARDED);
    for (const path of ['/api/v1/sinks/out/pause', '/api/v1/nonsense', '/api/v1/replay']) {
      expect((await stage.send(path)).status).toBe(401);
    }
    const wrong = { name: 'ada', password: 'wrong horse battery' };
    expect((await stage.send('/api/v1/session', wrong)).status).toBe(401);
    await stage.send('/api/v1/sinks/out/pause', undefined, bearer(OPERATOR));
    const read = () => readFile(join(stage.data, 'audit.jsonl'), 'utf8').catch(() => '');
    const isWritten = async () => (await read()).includes('token:ci');
    await waitFor(isWritten, { ...PATIENCE, what: 'the audit log' });
    expect(await read()).not.toContain(wrong.password);
    const lines = (await read()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { who: 'nobody', what: 'POST /api/v1/session', request: { name: 'ada' }, status: 401 },
      { who: 'token:ci', what: 'POST /api/v1/sinks/out/pause', status: 200 },
    ]);
    const log = stage.logs.lines.map(({ message }) => message);
    expect(log.filter((one) => one.startsWith('refused somebody unknown'))).toHaveLength(3);
  });

  it('asks nobody who comes by the socket, which its owner alone can open', async () => {
    const stage = await startStage(GUARDED);
    const connection = await openConnection(stage.data);
    expect(await connection?.json({ path: '/api/v1/session' })).toMatchObject({
      who: 'local',
      role: 'operator',
    });
    expect((await stat(join(stage.data, 'admin.sock'))).mode & 0o777).toBe(0o600);
  });

  it('makes a token file that is missing, for its owner alone, and uses it again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'viaduct-token-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'token');
    const admin = `tokens: [{ name: first, role: operator, file: "${file}" }]`;
    for (let round = 0; round < 2; round += 1) {
      const stage = await startStage({ admin });
      const token = (await readFile(file, 'utf8')).trim();
      expect(token.length).toBeGreaterThanOrEqual(40);
      expect((await stage.get('/api/v1/status', bearer(token))).status).toBe(200);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(JSON.stringify(stage.logs.lines)).not.toContain(token);
    }
  });
});

describe('a session', () => {
  const cookieOf = (headers: Headers) => headers.getSetCookie()[0] ?? '';

  it('begins with a password, lives in a strict cookie, and ends', async () => {
    const stage = await startStage(GUARDED);
    const begun = await stage.send('/api/v1/session', { name: 'ada', password: PASSWORD });
    expect(begun.status).toBe(200);
    expect(begun.body).toMatchObject({ isSignedIn: true, who: 'user:ada', role: 'operator' });
    const set = cookieOf(begun.headers);
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    expect(set).toMatch(/Max-Age=43200/);
    expect(set).not.toMatch(/Secure/);
    const cookie = { headers: { cookie: set.split(';')[0] ?? '' } };
    expect((await stage.get('/api/v1/status', cookie)).status).toBe(200);
    expect((await stage.send('/api/v1/sinks/out/pause', undefined, cookie)).status).toBe(200);
    const page = { headers: { ...cookie.headers, origin: 'http://evil.example' } };
    expect((await stage.send('/api/v1/sinks/out/resume', undefined, page)).status).toBe(403);
    const ended = await stage.send('/api/v1/session', undefined, { ...cookie, method: 'DELETE' });
    expect(ended.status).toBe(204);
    expect((await stage.get('/api/v1/status', cookie)).status).toBe(401);
  });

  it('begins with a token, too, and with its role', async () => {
    const stage = await startStage(GUARDED);
    const begun = await stage.send('/api/v1/session', { token: VIEWER });
    expect(begun.body).toMatchObject({ who: 'token:grafana', role: 'viewer' });
    const cookie = { headers: { cookie: cookieOf(begun.headers).split(';')[0] ?? '' } };
    expect((await stage.send('/api/v1/sinks/out/pause', undefined, cookie)).status).toBe(403);
  });

  it('is refused to a wrong password, and after some to everybody for a while', async () => {
    const stage = await startStage(GUARDED);
    const wrong = { name: 'ada', password: 'wrong horse battery' };
    const first = await stage.send('/api/v1/session', wrong);
    expect(first.status).toBe(401);
    expect(first.text).not.toContain('horse');
    expect((await stage.send('/api/v1/session', { name: 'bob', password: PASSWORD })).status).toBe(
      401,
    );
    let status = 0;
    for (let attempt = 0; attempt < 12 && status !== 429; attempt += 1) {
      ({ status } = await stage.send('/api/v1/session', wrong));
    }
    const last = await stage.send('/api/v1/session', { name: 'ada', password: PASSWORD });
    expect(last.status).toBe(429);
    expect(last.body).toMatchObject({ code: 'VIA_ADMIN_RATE_LIMITED' });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(stage.logs.lines)).not.toContain('horse');
    expect((await stage.get('/api/v1/status', bearer(VIEWER))).status).toBe(200);
  });

  it('knows a password by its hash', async () => {
    const script = `
      import hashlib, base64
      salt = b'0123456789abcdef'
      hash = hashlib.scrypt(b'${PASSWORD}', salt=salt, n=32768, r=8, p=1, dklen=32, maxmem=2**26)
      print('scrypt$%s$%s' % (base64.b64encode(salt).decode(), base64.b64encode(hash).decode()))`;
    const lines = script.replace(/^ +/gm, '');
    const { stdout } = await promisify(execFile)('python3', ['-c', lines]);
    const book = await createPasswordBook([
      { name: 'ada', role: 'viewer', password: stdout.trim() },
    ]);
    expect(await book.find('ada', PASSWORD)).toEqual({ who: 'user:ada', role: 'viewer' });
    expect(await book.find('ada', stdout.trim())).toBeUndefined();
    expect(await book.find('eve', PASSWORD)).toBeUndefined();
  });
});

describe('with TLS', () => {
  it('speaks nothing else, and marks its cookie', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'viaduct-tls-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const openssl =
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 ` +
      `-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${certificate}`;
    await promisify(execFile)('openssl', openssl.split(' '));
    const tls = `tls: { certificate: "${certificate}", key: "${key}" }`;
    const { port, admin } = await startStage({
      ...GUARDED,
      admin: `${GUARDED.admin}, ${tls}`,
    });
    expect(admin.url).toBe(`https://127.0.0.1:${port}/`);
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
    const body = JSON.stringify({ token: OPERATOR });
    const asked = requestTls({
      host: 'localhost',
      port,
      method: 'POST',
      path: '/api/v1/session',
      ca: await readFile(certificate),
      headers: { 'content-type': 'application/json', origin: `https://localhost:${port}` },
    }).end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/Secure/);
  });

  it('does not start without its files', async () => {
    const tls = 'tls: { certificate: /nowhere/cert.pem, key: /nowhere/key.pem }';
    await expect(startStage({ admin: tls })).rejects.toMatchObject({ code: 'VIA_ADMIN_FILE' });
  });
});
