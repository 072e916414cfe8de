import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Parcel, Sink } from '@viaduct/core';
import { fakeClock, sinkContract, testContext, type SinkPeer } from '@viaduct/testkit';
import { parseStructured, type CloudEventMessage } from '../src/codec.ts';
import { createFileSink, FILE_SINK_CAPABILITIES } from '../src/lines/file-sink.ts';
import {
  adviseFileSink,
  FILE_SINK_CONFIG,
  type FileSinkConfig,
} from '../src/lines/line-sink-config.ts';
import { createStdoutSink, STDOUT_SINK_CAPABILITIES } from '../src/lines/stdout-sink.ts';
import { anyEvent, cloudEvent, labelOf } from './canonical-events.ts';
import { defaultsOf } from './configured.ts';

const never = new AbortController().signal;
const CONFIG = { form: 'native' } as const;
const NO_WAIT = 'connect waits for nobody';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viaduct-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fileConfig(given: Partial<FileSinkConfig> = {}): FileSinkConfig {
  const file = join(folder, 'events.jsonl');
  return { ...defaultsOf(FILE_SINK_CONFIG.properties), file, ...given } as FileSinkConfig;
}

function labelsIn(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const read = parseStructured(line);
      return read.ok ? labelOf(read.value) : `not an event: ${line}`;
    });
}

function parcel(...labels: readonly string[]): Parcel<CloudEventMessage> {
  return { event: anyEvent(), natives: labels.map((label) => cloudEvent(label)) };
}

sinkContract<CloudEventMessage>({
  name: 'cloudevents, standard output',
  capabilities: STDOUT_SINK_CAPABILITIES,
  skips: { 'closes during connect': NO_WAIT, 'ends connect at once when aborted': NO_WAIT },
  open(): Promise<SinkPeer<CloudEventMessage>> {
    let text = '';
    const open = (): Writable =>
      new Writable({
        write(chunk, _encoding, done) {
          text += String(chunk);
          done();
        },
      });
    const stream = open();
    return Promise.resolve({
      create: (context) => createStdoutSink(CONFIG, context, stream),
      parcel: (labels) => parcel(...labels),
      ready: () => Promise.resolve(),
      received: () => Promise.resolve(labelsIn(text)),
      restart: () => Promise.resolve(),
      stop: () => {
        stream.destroy(new Error('EPIPE'));
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  },
});

sinkContract<CloudEventMessage>({
  name: 'cloudevents, file',
  capabilities: FILE_SINK_CAPABILITIES,
  skips: {
    'closes during connect': NO_WAIT,
    'ends connect at once when aborted': NO_WAIT,
    'says that the connection was lost': 'a file that is moved away is made anew',
  },
  open(): Promise<SinkPeer<CloudEventMessage>> {
    const own = fileConfig();
    return Promise.resolve({
      create: (context) => createFileSink(own, context),
      parcel: (labels) => parcel(...labels),
      ready: () => Promise.resolve(),
      received: () => Promise.resolve(labelsIn(readFileSync(own.file, 'utf8'))),
      restart: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
  },
});

describe('standard output', () => {
  test('waits for a slow reader', async () => {
    const waiting: (() => void)[] = [];
    const stream = new Writable({ write: (_chunk, _encoding, done) => void waiting.push(done) });
    const sink = createStdoutSink(CONFIG, testContext(), stream);
    await sink.connect(never);
    let isSent = false;
    const sending = sink.send([parcel('a')], never).then((outcomes) => {
      isSent = true;
      return outcomes;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSent).toBe(false);
    waiting[0]?.();
    expect(await sending).toEqual([{ kind: 'sent' }]);
    await sink.close();
    expect(stream.listenerCount('error')).toBe(0);
  });

  test('that is closed keeps the events', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const sink = createStdoutSink(CONFIG, testContext(), stream);
    await sink.connect(never);
    const [outcome] = await sink.send([parcel('a')], never);
    expect(outcome).toMatchObject({ kind: 'unavailable', code: 'VIA_CLOUDEVENTS_OUTPUT' });
    await expect(sink.connect(never)).rejects.toMatchObject({ code: 'VIA_CLOUDEVENTS_OUTPUT' });
    await sink.close();
  });
});

describe('a file', () => {
  async function opened(given: Partial<FileSinkConfig> = {}, clock = fakeClock()) {
    const config = fileConfig(given);
    const sink: Sink<CloudEventMessage> = createFileSink(config, testContext(clock));
    await sink.connect(never);
    const send = async (...labels: readonly string[]): Promise<void> => {
      const outcomes = await sink.send([parcel(...labels)], never);
      expect(outcomes).toEqual([{ kind: 'delivered' }]);
    };
    const read = (suffix = ''): readonly string[] =>
      labelsIn(readFileSync(config.file + suffix, 'utf8'));
    return { sink, send, read, file: config.file, clock };
  }

  test('is nobody else’s to read', async () => {
    const { sink, file } = await opened();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await sink.close();
  });

  test('is rotated when it would grow too large, and the oldest go', async () => {
    const { sink, send, read } = await opened({ rotateBytes: 250, keepFiles: 2 });
    for (const label of ['1', '2', '3', '4', '5', '6', '7', '8']) await send(label);
    expect([read(), read('.1'), read('.2')]).toEqual([
      ['7', '8'],
      ['5', '6'],
      ['3', '4'],
    ]);
    expect(readdirSync(folder)).toHaveLength(3);
    await send('a'.repeat(1_000)); // larger than a file may be: alone in one
    expect(read('.1')).toEqual(['7', '8']);
    await sink.close();
  });

  test('is rotated when its first event is too old, and kept nowhere if so told', async () => {
    const { sink, send, read, clock } = await opened({ rotateMs: 60_000, keepFiles: 0 });
    await send('1');
    await clock.advance(59_999);
    await send('2');
    await clock.advance(1);
    await send('3');
    expect(read()).toEqual(['3']);
    expect(readdirSync(folder)).toHaveLength(1);
    await sink.close();
  });

  test('goes on after a restart, and ends the line that a crash left', async () => {
    const first = await opened();
    await first.send('1');
    await first.sink.close();
    appendFileSync(first.file, '{"specversion":"1.0","id":');
    const second = await opened();
    await second.send('2');
    expect(second.read()).toEqual(['1', 'not an event: {"specversion":"1.0","id":', '2']);
    await second.sink.close();
  });

  test('that somebody moves away is made anew', async () => {
    const { sink, send, read, file } = await opened();
    await send('1');
    renameSync(file, `${file}.moved`);
    await send('2');
    rmSync(file);
    await send('3');
    expect([read('.moved'), read()]).toEqual([['1'], ['3']]);
    await sink.close();
  });

  test('on a full disk keeps the events, and nothing half', async () => {
    symlinkSync('/dev/full', join(folder, 'full'));
    const config = fileConfig({ file: join(folder, 'full'), sync: 'never' });
    const sink = createFileSink(config, testContext());
    await sink.connect(never);
    const [outcome] = await sink.send([parcel('1')], never);
    expect(outcome).toMatchObject({
      kind: 'unavailable',
      code: 'VIA_CLOUDEVENTS_FILE',
      message: `${config.file}: the disk is full`,
    });
    await sink.close();
  });

  test('in no folder, or a folder itself, is said to be so', async () => {
    const connect = (file: string): Promise<void> =>
      createFileSink(fileConfig({ file }), testContext()).connect(never);
    await expect(connect(join(folder, 'none', 'x'))).rejects.toThrow('its folder does not exist');
    await expect(connect(folder)).rejects.toThrow('this is a folder');
  });

  test('without rotation is warned of', () => {
    expect(adviseFileSink(fileConfig())).toEqual([]);
    expect(adviseFileSink(fileConfig({ rotateBytes: 0 }))).toHaveLength(1);
  });
});
