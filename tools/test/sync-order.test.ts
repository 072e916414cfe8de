import { describe, expect, it } from 'vitest';
import { parseCall, type SystemCall } from '../peers/strace.ts';
import { brokenOrder, httpAcknowledgements } from '../peers/sync-order.ts';

const hex = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** A log as strace writes it, each line one of: write, sync, read, answer; times count up. */
function log(
  lines: readonly (readonly [what: string, text: string, result?: string])[],
): SystemCall[] {
  return lines.flatMap(([what, text, result], index) => {
    const time = `1795306487.${String((index + 1) * 1000).padStart(6, '0')}`;
    const socket = `23<${hex('socket:[99]')}>`;
    const wal = `35<${hex('/data/segment-1.db-wal')}>`;
    const line = {
      write: `${time} pwrite64(${wal}, "${hex(text)}", ${text.length}, 4096) = ${text.length}`,
      sync: `${time} fdatasync(35<${hex(`/data/${text}`)}>) = ${result ?? '0'}`,
      read: `${time} read(${socket}, "${hex(text)}", 65536) = ${text.length}`,
      answer: `${time} writev(${socket}, [{iov_base="${hex(text)}", iov_len=9}], 1) = 9`,
    }[what];
    return parseCall(`${line} <0.000100>`, 1) ?? [];
  });
}

const REQUEST = 'POST /events HTTP/1.1\r\nce-id: ev-7\r\n\r\n';
const WRITE = ['write', '{"id":"ev-7"}'] as const;
const SYNC = ['sync', 'segment-1.db-wal'] as const;
const READ = ['read', REQUEST] as const;
const ANSWER = ['answer', 'HTTP/1.1 204 No Content\r\n'] as const;

function judge(lines: Parameters<typeof log>[0]): readonly string[] {
  const calls = log(lines);
  const acknowledgements = httpAcknowledgements(calls, /ev-\d+/);
  expect(acknowledgements).toHaveLength(1);
  return brokenOrder(calls, acknowledgements, (file) => file.startsWith('/data/'));
}

describe('the order of sync and acknowledgement', () => {
  it('is right when the file that holds the event is synced in between', () => {
    expect(judge([READ, WRITE, SYNC, ANSWER])).toEqual([]);
  });

  it.each([
    ['the answer is first', [READ, WRITE, ANSWER, SYNC]],
    ['the sync is before the write', [READ, SYNC, WRITE, ANSWER]],
    ['there is no sync', [READ, WRITE, ANSWER]],
    ['another file is synced', [READ, WRITE, ['sync', 'state.db-wal'], ANSWER]],
    ['the sync fails', [READ, WRITE, ['sync', 'segment-1.db-wal', '-1 EIO (I/O error)'], ANSWER]],
  ] as const)('is broken when %s', (_, lines) => {
    expect(judge(lines)).toEqual(['ev-7 was acknowledged before its sync was over']);
  });

  it('is broken when the event is written nowhere, or to another file', () => {
    expect(judge([READ, SYNC, ANSWER])).toEqual(['ev-7 was acknowledged and never written']);
  });

  it('counts no refusal as an acknowledgement', () => {
    const calls = log([READ, ['answer', 'HTTP/1.1 503 Service Unavailable\r\n']]);
    expect(httpAcknowledgements(calls, /ev-\d+/)).toEqual([]);
  });
});

describe('a line of strace', () => {
  it('is read with its file, bytes, numbers and error', () => {
    const path = hex('/d/a.db');
    expect(parseCall(`1.5 pwrite64(3<${path}>, "\\x00\\xff", 2, 77) = 2 <0.25>`, 9)).toMatchObject({
      thread: 9,
      name: 'pwrite64',
      start: 1.5,
      end: 1.75,
      file: '/d/a.db',
      data: Buffer.from([0, 255]),
      numbers: [2, 77],
      result: 2,
      error: undefined,
    });
    const failed = `1.5 fsync(3<${path}>) = -1 EIO (Input/output error) (INJECTED) <0.000001>`;
    expect(parseCall(failed, 9)).toMatchObject({ name: 'fsync', result: -1, error: 'EIO' });
    const renamed = `1.5 rename("${path}", "${hex('/d/b.db')}") = 0 <0.000001>`;
    expect(parseCall(renamed, 9)).toMatchObject({ file: '/d/a.db', to: '/d/b.db' });
    expect(parseCall('1.5 +++ exited with 0 +++', 9)).toBeUndefined();
  });
});
