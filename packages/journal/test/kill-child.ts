/**
 * Run as a child process: appends to the journal in the folder given, settles what is owed, and
 * prints each answer as one line, written out before it goes on. Killed by its parent.
 */
import { writeSync } from 'node:fs';
import { openJournal } from '@viaduct/journal/sqlite';
import { systemClock } from './real-clock.ts';
import { claim, entryNamed } from '../src/contract/contract-bench.ts';

const [folder = '', round = ''] = process.argv.slice(2);
const journal = await openJournal({ clock: systemClock(), folder, segmentBytes: 1024 ** 2 });
const nms = await journal.subscribe('nms', 'start');
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

async function produce(producer: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const names = [0, 1, 2].map((index) => `${round}-${producer}-${n}-${index}`);
    const native = { dialect: 'test', text: 'x'.repeat(5000), redactions: [] };
    await journal.append(names.map((name) => entryNamed(name, ['nms'], { native, dedupe: name })));
    say({ appended: names });
  }
}

async function consume(): Promise<void> {
  for (;;) {
    const claimed = await claim(nms, 10);
    const positions = claimed.map(({ entry }) => entry.position);
    say({ claimed: claimed.map(({ entry }) => entry.event.id) });
    void nms.settle(positions).then(() => {
      say({ settled: claimed.map(({ entry }) => entry.event.id) });
    });
  }
}

await Promise.all([produce(0), produce(1), produce(2), consume()]);
