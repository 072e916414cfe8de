import { renameSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import { fakeClock, testContext, waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ExpandedHooks } from '../src/hooks/expand-hooks.ts';
import { HooksWatch } from '../src/hooks/hooks-watch.ts';
import { HookFolder } from './hook-setup.ts';

let folder: HookFolder;
beforeEach(() => {
  folder = new HookFolder();
});
afterEach(() => folder.close());

const text = (...implementations: readonly string[]): string =>
  JSON.stringify({
    hooks: implementations.map((implementation) => ({
      event_type: 'workflow_failed',
      implementation,
    })),
  });

const implementationsOf = ({ sinks }: ExpandedHooks): readonly unknown[] =>
  sinks.map(({ hook }) => hook.run.kind === 'implementation' && hook.run.implementation);

test('a file is followed: changed, broken, mended, taken away, replaced', async () => {
  const file = folder.write('hooks.conf', text('a.one'));
  const clock = fakeClock();
  const context = testContext(clock);
  const seen: (readonly unknown[])[] = [];
  const watch = new HooksWatch({ file, mode: 'all', checkMs: 1_000 }, context);
  const first = await watch.start((hooks) => seen.push(implementationsOf(hooks)));
  expect(implementationsOf(first)).toEqual(['a.one']);
  const errors = (): number => context.logger.messages('error').length;
  /** Lets time pass until the file was looked at and what it says was noticed. */
  const until = async (condition: () => boolean): Promise<void> => {
    await waitFor(async () => {
      await clock.advance(1_000);
      await setImmediate();
      return condition();
    });
  };

  folder.write('hooks.conf', text('a.one', 'a.two'));
  await until(() => seen.length === 1);
  folder.write('hooks.conf', 'hooks: [');
  await until(() => errors() === 1);
  folder.write('hooks.conf', text('a.three', 'a.four', 'a.five'));
  await until(() => seen.length === 2);
  rmSync(file);
  await until(() => errors() === 2);
  folder.write('new.conf', text('a.six'));
  renameSync(`${folder.path}/new.conf`, file);
  await until(() => seen.length === 3);
  expect(seen).toEqual([['a.one', 'a.two'], ['a.three', 'a.four', 'a.five'], ['a.six']]);
  expect(context.logger.lines[0]?.fields).toMatchObject({
    code: 'VIA_CLOUDIFY_HOOKS_FILE',
    file,
  });
  watch.close();
  folder.write('hooks.conf', text('a.seven', 'a.eight'));
  await clock.advance(5_000);
  await setImmediate();
  expect(seen).toHaveLength(3);
});

test('a file that is not there at first is an error', async () => {
  const options = { file: `${folder.path}/none`, mode: 'all', checkMs: 1_000 } as const;
  const watch = new HooksWatch(options, testContext(fakeClock()));
  await expect(watch.start(() => undefined)).rejects.toMatchObject({
    kind: 'permanent',
    code: 'VIA_CLOUDIFY_HOOKS_FILE',
  });
});
