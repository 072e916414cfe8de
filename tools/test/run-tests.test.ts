import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Ran {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

function runTool(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    // Not ours: it would tell the inner run that it is already within one.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...env },
  });
  return { status, lines: linesOf(stdout), errors: linesOf(stderr) };
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd().split('\n');
}

describe('a test run', () => {
  it('ends with one line of counts', () => {
    const { status, lines } = runTool(['tools/run.js', 'run-tests.ts', 'tools/test/free-port']);
    expect(lines.at(-1)).toBe('3 passed, 0 failed');
    expect(status).toBe(0);
  });

  it('fails when no test ran', () => {
    const { status, lines } = runTool(['tools/run.js', 'run-tests.ts', 'no-such-file']);
    expect(lines.at(-1)).toBe('0 passed, 0 failed');
    expect(status).toBe(1);
  });

  it('says how many tests it leaves out without peers', () => {
    const args = ['tools/run.js', 'run-tests.ts', 'tools/test/peers'];
    const { lines } = runTool(args, { VIADUCT_PEERS: 'off' });
    expect(lines.at(-2)).toMatch(/^VIADUCT_PEERS=off left out [1-9]\d* tests against real peers/);
  });
});

describe('a test run without its peers', () => {
  it('stops with the command that installs them where it may not do so itself', () => {
    const user = 'process.getuid = () => 1000';
    const args = ['--import', `data:text/javascript,${encodeURIComponent(user)}`];
    // A PATH on which no program is: the peers are looked for and not found.
    const { status, errors } = runTool([...args, 'tools/run.js', 'run-tests.ts'], {
      PATH: join(root, 'docs'),
    });
    const command = errors.find((line) => line.includes('apt-get install'));
    expect(command).toMatch(/^ {2}apt-get install -y --no-install-recommends .*ruby-ffi-rzmq/);
    expect(errors.at(-1)).toBe('  VIADUCT_PEERS=off npm test');
    expect(status).toBe(1);
  });
});

describe('a tool on a Node that is too old', () => {
  it('says in one line what to do', () => {
    const old = `Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })`;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(old)}`];
    const { status, errors } = runTool([...args, 'tools/run.js', 'run-tests.ts']);
    expect(errors).toEqual([
      expect.stringMatching(/needs Node 24 and this is 20\.20\.2: run "npm ci"/),
    ]);
    expect(status).toBe(1);
  });
});
