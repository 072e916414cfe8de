import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { HookSlots } from '../src/hooks/hook-pool.ts';
import { encoded, foreignEvents } from './reading.ts';
import { HookFolder, hookText, never, runOnce, TRACED } from './hook-setup.ts';

let folder: HookFolder;
beforeEach(() => {
  folder = new HookFolder();
});
afterEach(() => folder.close());

const sh = (script: string): string => hookText({ command: ['/bin/sh', '-c', script] });

describe('a program', () => {
  test('is given event and inputs on standard input, its arguments as they are', async () => {
    const out = join(folder.path, 'out.jsonl');
    const script = folder.write('hook.sh', '#!/bin/sh\ncat > "$1"\nprintf "%s" "$2" > "$1.arg"\n');
    const argument = '$(touch pwned); `id`';
    const command = ['/bin/sh', script, out, argument];
    const sink = await folder.sinkOf(hookText({ command, inputs: { to: 'ops' } }));
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
    expect(folder.written('out.jsonl')).toMatchObject([
      {
        event_context: {
          event_type: 'workflow_started',
          execution_id: '0b6bb1b2-8f4e-4f27-9d2c-3a0f6f0f7d55',
          rest_token: null,
        },
        inputs: { to: 'ops' },
      },
    ]);
    expect(readFileSync(`${out}.arg`, 'utf8')).toBe(argument);
    expect(existsSync(join(folder.path, 'pwned'))).toBe(false);
  });

  test('sees nothing of our environment but what is configured', async () => {
    const environment = { PATH: '/usr/bin:/bin', COLOUR: 'blue' };
    const sink = await folder.sinkOf(sh('env > env.txt'), { environment });
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
    const seen = readFileSync(join(folder.path, 'env.txt'), 'utf8').split('\n');
    const ofTheShell = /^(PWD|OLDPWD|SHLVL|_)=|^$/;
    expect(seen.filter((line) => !ofTheShell.test(line)).sort()).toEqual([
      'COLOUR=blue',
      'PATH=/usr/bin:/bin',
    ]);
  });

  test('finds the trace context of the event, unless another is configured', async () => {
    const run = async (environment: Record<string, string>): Promise<string> => {
      const sink = await folder.sinkOf(sh('printf %s "$TRACEPARENT" > out'), { environment });
      expect(await runOnce(sink, never(), undefined, TRACED)).toEqual({ kind: 'delivered' });
      return readFileSync(join(folder.path, 'out'), 'utf8');
    };
    const PATH = '/usr/bin:/bin';
    expect(await run({ PATH })).toBe(TRACED.traceparent);
    expect(await run({ PATH, TRACEPARENT: 'mine' })).toBe('mine');
  });

  test('that exits with an error is refused, with the end of what it said', async () => {
    const sink = await folder.sinkOf(sh('echo to nobody; echo no route to pager >&2; exit 3'));
    const outcome = await runOnce(sink);
    expect(outcome).toMatchObject({ kind: 'refused', code: 'VIA_CLOUDIFY_HOOK_FAILED' });
    expect(JSON.stringify(outcome)).toMatch(/exit code 3.*no route to pager/);
  });

  test('that hangs is ended with all it started', async () => {
    // Time enough to begin, on a machine that is busy.
    const hang = sh('sleep 600 & echo $! > pid; wait');
    const sink = await folder.sinkOf(hang, { timeLimitMs: 5_000 });
    expect(await runOnce(sink)).toMatchObject({ code: 'VIA_CLOUDIFY_HOOK_TIME' });
    const pid = Number(readFileSync(join(folder.path, 'pid'), 'utf8'));
    await waitFor(() => !existsSync(`/proc/${pid}`) || isZombie(pid));
  });

  test('that prints 100 MB is ended', async () => {
    const flood = sh('head -c 100000000 /dev/zero; touch finished');
    const sink = await folder.sinkOf(flood, { outputBytesMax: 100_000 });
    expect(await runOnce(sink)).toMatchObject({
      kind: 'refused',
      code: 'VIA_CLOUDIFY_HOOK_OUTPUT',
    });
    expect(existsSync(join(folder.path, 'finished'))).toBe(false);
  });

  test('that cannot be started leaves the event with us', async () => {
    const sink = await folder.sinkOf(hookText({ command: ['/no/such/program'] }));
    expect(await runOnce(sink)).toMatchObject({
      kind: 'unavailable',
      code: 'VIA_CLOUDIFY_HOOK_NOT_STARTED',
    });
  });

  test('that leaves somebody behind with its output does not hold us up', async () => {
    const sink = await folder.sinkOf(sh('setsid sleep 5 & exit 0'));
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
  });

  test('is called off with the signal, and when the sink is closed', async () => {
    const sink = await folder.sinkOf(sh('touch started; sleep 600'));
    const abort = new AbortController();
    const sending = runOnce(sink, abort.signal);
    await waitFor(() => existsSync(join(folder.path, 'started')));
    abort.abort();
    expect(await sending).toMatchObject({ kind: 'unavailable' });
    const again = runOnce(sink);
    await sink.close();
    expect(await again).toMatchObject({ kind: 'unavailable' });
    await expect(runOnce(sink)).rejects.toMatchObject({ code: 'VIA_CLOUDIFY_HOOK_ABORTED' });
  });

  test('runs no more often at once than allowed, over all hooks', async () => {
    const script = sh('echo 1 >> begun; while [ ! -e go ]; do sleep 0.02; done');
    const slots = new HookSlots(3);
    const begun = (): number => {
      try {
        return readFileSync(join(folder.path, 'begun'), 'utf8').trim().split('\n').length;
      } catch {
        return 0;
      }
    };
    const one = await folder.sinkOf(script, { processesMax: 2 }, { slots });
    const other = await folder.sinkOf(script, { processesMax: 2 }, { slots });
    const running = [one, one, one, other, other].map((sink) => runOnce(sink));
    await waitFor(() => begun() === 3);
    folder.write('go', '');
    expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual(
      Array.from({ length: 5 }, () => 'delivered'),
    );
    expect(begun()).toBe(5);
  });

  test('is run for events of other dialects, which it gets whole', async () => {
    const event = foreignEvents().find(({ origin }) => origin === 'opennebula');
    if (event === undefined) throw new Error('no event');
    const sink = await folder.sinkOf(sh('cat > out.jsonl'));
    const parcel = { event, natives: [encoded(event)] };
    expect(await sink.send([parcel], never())).toEqual([{ kind: 'delivered' }]);
    expect(folder.written('out.jsonl')).toMatchObject([
      { event_context: { viaduct_event: event, deployment_id: event.data.resource.id } },
    ]);
  });
});

describe('a JavaScript function', () => {
  const page = `
    import { appendFileSync } from 'node:fs';
    let calls = 0;
    export default async (context, inputs) => {
      calls += 1;
      console.log('noise');
      const trace = process.env.TRACEPARENT;
      const line = { calls, type: context.event_type, trace };
      appendFileSync(inputs.out, JSON.stringify(line) + '\\n');
    };
    export const boom = () => { throw new RangeError('too far'); };
    export const hang = () => new Promise(() => setInterval(() => {}, 1000));
    export const leave = () => process.exit(7);
    export const number = 4;
  `;
  const javascript = async (exported: string, given = {}): ReturnType<HookFolder['sinkOf']> => {
    folder.write('page.mjs', page);
    const inputs = { out: join(folder.path, 'out.jsonl') };
    return folder.sinkOf(hookText({ javascript: `./page.mjs${exported}`, inputs }), given);
  };

  test('is called in a process that stays for the next event', async () => {
    const sink = await javascript('');
    expect(await runOnce(sink, never(), undefined, TRACED)).toEqual({ kind: 'delivered' });
    expect(await runOnce(sink)).toEqual({ kind: 'delivered' });
    expect(folder.written('out.jsonl')).toEqual([
      { calls: 1, type: 'workflow_started', trace: TRACED.traceparent },
      { calls: 2, type: 'workflow_started' },
    ]);
  });

  test.each([
    ['#boom', 'VIA_CLOUDIFY_HOOK_FAILED', /RangeError: too far/],
    ['#hang', 'VIA_CLOUDIFY_HOOK_TIME', /2000 ms/],
    ['#leave', 'VIA_CLOUDIFY_HOOK_CRASHED', /exit code 7/],
    ['#number', 'VIA_CLOUDIFY_HOOK_NOT_FOUND', /exports no function "number"/],
  ])('that fails is refused: %s', async (exported, code, message) => {
    const sink = await javascript(exported, exported === '#hang' ? { timeLimitMs: 2_000 } : {});
    const outcome = await runOnce(sink);
    expect(outcome).toMatchObject({ kind: 'refused', code });
    expect('message' in outcome && outcome.message).toMatch(message);
  });

  test('in no module is refused', async () => {
    const sink = await folder.sinkOf(hookText({ javascript: './none.mjs' }));
    expect(await runOnce(sink)).toMatchObject({ code: 'VIA_CLOUDIFY_HOOK_NOT_FOUND' });
  });
});

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(' Z ');
  } catch {
    return true;
  }
}
