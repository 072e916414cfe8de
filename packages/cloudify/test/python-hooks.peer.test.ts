import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { startPython } from '../../../tools/peers/python.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import type { HooksConfig } from '../src/hooks/hook-config.ts';
import { HookFolder, hookText, runOnce, TRACED } from './hook-setup.ts';

requirePeer('python');

const PYTHON = startPython();

let folder: HookFolder;
beforeEach(() => {
  folder = new HookFolder();
});
afterEach(() => folder.close());

const MODULE = `
import json, os, sys, time

calls = 0

def record(event_context, out, **inputs):
    global calls
    calls += 1
    print("noise on standard output", flush=True)
    line = {"context": event_context, "inputs": inputs, "calls": calls, "stdin": sys.stdin.read()}
    with open(out, "a") as file:
        file.write(json.dumps(line) + "\\n")

def boom(event_context, **inputs):
    raise ValueError("no such pager: " + event_context["workflow_id"])

def leave(event_context):
    sys.exit("done here")

def crash(event_context):
    os._exit(9)

def hang(event_context, out):
    child = os.fork()
    if child == 0:
        time.sleep(600)
    with open(out, "w") as file:
        file.write(str(child))
    time.sleep(600)

def flood(event_context, out):
    for _ in range(1600):
        sys.stdout.write("x" * 65536)
    open(out, "w").close()

def environment(event_context, out):
    with open(out, "w") as file:
        file.write(json.dumps(sorted(os.environ)))

def trace(event_context, out):
    with open(out, "a") as file:
        file.write(json.dumps(os.environ.get("TRACEPARENT")) + "\\n")

not_callable = 4
`;

async function python(
  implementation: string,
  given: Partial<HooksConfig> & { readonly inputs?: Readonly<Record<string, string>> } = {},
): ReturnType<HookFolder['sinkOf']> {
  folder.write('lib/pager.py', MODULE);
  const { inputs = {}, ...config } = given;
  const pythonPath = [join(folder.path, 'lib')];
  const text = hookText({ implementation, inputs });
  return folder.sinkOf(text, { python: PYTHON, pythonPath, ...config });
}

const out = (): string => join(folder.path, 'out.jsonl');

describe('a Python function', () => {
  test('is called as the original calls it, the token null', async () => {
    const sink = await python('pager.record', { inputs: { out: out(), to: 'ops' } });
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
    expect(await runOnce(sink, undefined, 'v5-workflow-failed')).toEqual({ kind: 'delivered' });
    const [first, second] = folder.written('out.jsonl');
    expect(first).toEqual({
      context: {
        message_type: 'hook',
        is_system_workflow: false,
        blueprint_id: 'nodecellar',
        deployment_id: 'nodecellar-prod',
        execution_id: '0b6bb1b2-8f4e-4f27-9d2c-3a0f6f0f7d55',
        workflow_id: 'install',
        tenant_name: 'default_tenant',
        rest_token: null,
        execution_parameters: { ignore_failure: false },
        event_type: 'workflow_started',
        timestamp: '2023-05-04T10:11:12.345Z',
        arguments: null,
      },
      inputs: { to: 'ops' },
      calls: 1,
      stdin: '',
    });
    // In the same process, which does not start anew for each event.
    expect(second).toMatchObject({ calls: 2, context: { event_type: 'workflow_failed' } });
  });

  test('finds the trace context of its event, and not that of the one before', async () => {
    const sink = await python('pager.trace', { inputs: { out: out() } });
    expect(await runOnce(sink, undefined, undefined, TRACED)).toEqual({ kind: 'delivered' });
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
    expect(folder.written('out.jsonl')).toEqual([TRACED.traceparent, null]);
  });

  test.each([
    ['pager.boom', 'VIA_CLOUDIFY_HOOK_FAILED', /ValueError: no such pager: install/],
    ['pager.leave', 'VIA_CLOUDIFY_HOOK_FAILED', /SystemExit: done here/],
    ['pager.crash', 'VIA_CLOUDIFY_HOOK_CRASHED', /exit code 9/],
    ['pager.nothing', 'VIA_CLOUDIFY_HOOK_NOT_FOUND', /pager has no function named 'nothing'/],
    ['pager.not_callable', 'VIA_CLOUDIFY_HOOK_NOT_FOUND', /pager.not_callable is not callable/],
    ['nowhere.at.all', 'VIA_CLOUDIFY_HOOK_NOT_FOUND', /No module named nowhere.at/],
    ['pager.record', 'VIA_CLOUDIFY_HOOK_FAILED', /TypeError: .*out/],
  ])('that fails is refused, and the next event runs: %s', async (name, code, message) => {
    const sink = await python(name);
    for (const outcome of [await runOnce(sink), await runOnce(sink)]) {
      expect(outcome).toMatchObject({ kind: 'refused', code });
      expect('message' in outcome && outcome.message).toMatch(message);
    }
  });

  test('that hangs is ended with what it forked, and the next event runs', async () => {
    const sink = await python('pager.hang', { timeLimitMs: 10_000, inputs: { out: out() } });
    expect(await runOnce(sink)).toMatchObject({ code: 'VIA_CLOUDIFY_HOOK_TIME' });
    const child = Number(readFileSync(out(), 'utf8'));
    await waitFor(() => !existsSync(`/proc/${child}`) || isZombie(child));
    const again = await python('pager.record', { inputs: { out: join(folder.path, 'b') } });
    expect(await runOnce(again)).toEqual({ kind: 'delivered' });
  });

  test('that prints 100 MB is ended', async () => {
    const sink = await python('pager.flood', { inputs: { out: out() } });
    expect(await runOnce(sink)).toMatchObject({ code: 'VIA_CLOUDIFY_HOOK_OUTPUT' });
    expect(existsSync(out())).toBe(false);
  });

  test('sees nothing of our environment but what is configured', async () => {
    const environment = { PATH: '/usr/bin:/bin', PAGER_KEY: 'k' };
    const sink = await python('pager.environment', { environment, inputs: { out: out() } });
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
    const seen = JSON.parse(readFileSync(out(), 'utf8')) as readonly string[];
    // Python sets LC_CTYPE itself where no locale is given (PEP 538).
    expect(seen.filter((name) => name !== 'LC_CTYPE')).toEqual(['PAGER_KEY', 'PATH']);
  });

  test('without an interpreter leaves the event with us', async () => {
    const sink = await python('pager.record', { python: '/no/python' });
    expect(await runOnce(sink)).toMatchObject({
      kind: 'unavailable',
      code: 'VIA_CLOUDIFY_HOOK_NOT_STARTED',
    });
  });

  test('ends its process when there is nothing to do', async () => {
    folder.write(
      'lib/own.py',
      'import os\ndef me(c, out):\n  open(out, "w").write(str(os.getpid()))',
    );
    const sink = await python('own.me', { idleMs: 100, inputs: { out: out() } });
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
    const pid = Number(readFileSync(out(), 'utf8'));
    await waitFor(() => !existsSync(`/proc/${pid}`));
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
    expect(Number(readFileSync(out(), 'utf8'))).not.toBe(pid);
  });
});

describe('a task of a plugin', () => {
  const task = (version: string): string => `
import json
def run_task(event_context, tasks_file, task_name):
    namespace = {}
    with open(tasks_file) as file:
        exec(file.read(), namespace)
    namespace[task_name](event_context, "${version}")
`;
  /** The documented example, its tasks file and all. */
  const documented = (): string => {
    const conf = join(import.meta.dirname, '../fixtures/hooks-conf/documented-generic.yaml');
    const tasks = folder.write(
      'fabric_test/tasks.py',
      `import json
def test_started_task(context, version):
    with open(${JSON.stringify(out())}, "a") as file:
        file.write(json.dumps([context["event_type"], version]) + "\\n")
`,
    );
    return readFileSync(conf, 'utf8').replaceAll('/tmp/fabric_test/tasks.py', tasks);
  };
  const run = async (): Promise<void> => {
    const given = { python: PYTHON, plugins: join(folder.path, 'plugins') };
    const sink = await folder.sinkOf(documented(), given);
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
  };

  test('is found by the name of its package', async () => {
    folder.write('plugins/cloudify-fabric-plugin/fabric_plugin/tasks.py', task('plain'));
    await run();
    expect(folder.written('out.jsonl')).toEqual([['workflow_started', 'plain']]);
  });

  test('is taken from the highest of several versions', async () => {
    for (const version of ['1.9.0', '1.10.0', '1.10.0rc2', '1.10.0.dev1']) {
      const path = `plugins/cloudify-fabric-plugin/${version}/fabric_plugin/tasks.py`;
      folder.write(path, task(version));
    }
    await run();
    expect(folder.written('out.jsonl')).toEqual([['workflow_started', '1.10.0']]);
  });

  test('of which there is none is refused', async () => {
    const given = { python: PYTHON, plugins: join(folder.path, 'plugins') };
    const sink = await folder.sinkOf(documented(), given);
    const outcome = await runOnce(sink);
    expect(outcome).toMatchObject({ code: 'VIA_CLOUDIFY_HOOK_NOT_FOUND' });
  });
});

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(' Z ');
  } catch {
    return true;
  }
}
