import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { systemClock } from '../src/system-clock.ts';
import { stateOf } from './web-broker.ts';
import { arrived, lettersOf, openRefusedScene, openWebScene } from './web-scene.ts';

describe('viaduct dlq', () => {
  it('lists, shows and replays what a sink refused, beside the running broker', async () => {
    const { nms, archive, broker } = await openRefusedScene(3);
    expect(await lettersOf(broker, '--sink', 'archive')).toEqual([]);
    expect(await lettersOf(broker, '--text', 'compute/2')).toMatchObject([
      { stage: 'send', code: 'VIA_CLOUDEVENTS_REFUSED', source: 'web', sink: 'nms', attempts: 1 },
    ]);
    const table = await broker.run('dlq', 'list', '--max', '2');
    expect(table.stdout).toMatch(/^ID +TIME +STAGE +SOURCE +SINK +CODE +REASON\n1 /);
    expect(table.stderr).toBe('There are more: --after 2\n');
    const shown = await broker.run('dlq', 'show', '1');
    expect(shown.stdout).toMatch(/stage +send\n[^]*attempt 1 .*422[^]*"subject": "compute\/1"/);
    const one = await broker.run('dlq', 'show', '1', '--json');
    const letter = JSON.parse(one.stdout) as DeadLetter;
    expect(letter.attempts).toHaveLength(1);
    expect((await broker.run('dlq', 'show', '99')).code).toBe(2);

    nms.status = 204;
    expect((await broker.run('dlq', 'replay', '--sink', 'nms')).code).toBe(2);
    expect((await broker.run('dlq', 'replay')).stderr).toContain('say which letters');
    const done = await broker.run('dlq', 'replay', '--sink', 'nms', '--yes');
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toContain('3 events written, 3 deliveries; 3 dead letters removed.');
    await arrived(nms, 3);
    expect(nms.taken[0]).toMatchObject({ id: letter.event?.id, replayed: 'true' });
    expect(archive.taken).toHaveLength(3);
    const again = await broker.run('dlq', 'replay', '--sink', 'nms', '--yes');
    expect(again.stdout).toContain('0 dead letters selected');
    expect(nms.taken).toHaveLength(3);
  });

  it('works on the folder of a stopped broker, and says so while another process owns it', async () => {
    const { nms, broker } = await openRefusedScene(3);
    await broker.stop();
    nms.status = 204;
    const left = await broker.run('dlq', 'discard', '1', '--reason', 'a test', '--yes');
    expect([left.code, left.stdout]).toEqual([
      0,
      '1 dead letter discarded\n  1  VIA_CLOUDEVENTS_REFUSED\n',
    ]);
    const audit = await readFile(join(broker.folder, 'data/audit.jsonl'), 'utf8');
    expect(JSON.parse(audit.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      ...{ from: 'command', what: 'dlq discard', request: { reason: 'a test', discarded: 1 } },
    });
    const dry = await broker.run('dlq', 'discard', '--all', '--reason', 'a test', '--dry-run');
    expect(dry.stdout).toContain('2 dead letters to discard');

    const data = join(broker.folder, 'data');
    const owner = await openJournal({ folder: data, clock: systemClock });
    const busy = await broker.run('dlq', 'replay', '--all', '--yes');
    expect([busy.code, busy.stderr]).toEqual([4, expect.stringContaining('VIA_BROKER_BUSY')]);
    expect(busy.stderr).toContain(String(process.pid));
    expect(await lettersOf(broker, '--data', data)).toHaveLength(2);
    await owner.close();

    const done = await broker.run('dlq', 'replay', '--all', '--yes');
    expect(done.stdout).toContain('The broker sends them when it is started.');
    expect(await lettersOf(broker)).toEqual([]);
    await broker.start();
    await arrived(nms, 2);
  });

  it('decodes again what was not understood, keeps what still is not, and then exits 1', async () => {
    const { nms, archive, broker } = await openWebScene();
    const event = stateOf('7', 'failed', randomUUID());
    const folder = join(broker.folder, 'data');
    const journal = await openJournal({ folder, clock: systemClock });
    const letter = {
      ...({ stage: 'decode', code: 'VIA_TEST_BROKEN', reason: 'an old version' } as const),
      ...{ source: 'web', at: 1_000, attempts: [] },
    };
    const native = (body: object) => ({
      dialect: 'cloudevents',
      text: JSON.stringify(body),
      redactions: [],
    });
    await journal.deadLetters.add([
      { ...letter, native: native(event) },
      { ...letter, native: native({ specversion: '0.1' }) },
    ]);
    await journal.close();
    await broker.start();
    const dry = await broker.run('dlq', 'replay', '--stage', 'decode', '--dry-run');
    expect(dry.code).toBe(1);
    expect(dry.stdout).toContain('1 event to send, 2 deliveries');
    expect(dry.stdout).toContain('left out 1: not understood today either');
    const done = await broker.run('dlq', 'replay', '--stage', 'decode', '--yes');
    expect([done.code, done.stderr]).toEqual([1, '']);
    await arrived(nms, 1);
    await arrived(archive, 1);
    expect(nms.taken[0]?.subject).toBe('compute/7');
    expect(nms.taken[0]?.replayed).toBeUndefined();
    expect((await lettersOf(broker)).map(({ id }) => id)).toEqual([2]);
  });
});

describe('viaduct events', () => {
  it('finds what is stored and says how far it is, beside a running broker and after it', async () => {
    const { nms, broker } = await openRefusedScene(3);
    const failed = nms.taken.length;
    expect(failed).toBe(0);
    const check = async (): Promise<void> => {
      const all = await broker.run('events', '--json', '--max', '2');
      const found = all.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { event: { id: string; subject: string } });
      expect(found.map(({ event }) => event.subject)).toEqual(['compute/3', 'compute/2']);
      expect(all.stderr).toMatch(/^There are more: --after \d+\n$/);
      const one = await broker.run('events', '--subject', 'compute/1', '--from', '1h');
      expect(one.stdout).toMatch(/^STORED[^]*web +compute\/1 +failed/);
      const none = await broker.run('events', '--text', 'nothing such');
      expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'No such event.\n']);
      const shown = await broker.run('events', 'show', found[1]?.event.id ?? '');
      expect(shown.stdout).toContain('nms: dead letter 2\n');
      expect(shown.stdout).toContain('archive: done\n');
    };
    await check();
    await broker.stop();
    await check();
    expect((await broker.run('events', 'show', randomUUID())).code).toBe(2);
  });
});
