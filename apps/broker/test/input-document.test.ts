import { describe, expect, it } from 'vitest';
import { DOCUMENT_BYTES_MAX, inputDocuments } from '../src/input/input-document.ts';

async function* bytes(...chunks: readonly (string | Uint8Array)[]) {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function documents(...chunks: readonly (string | Uint8Array)[]) {
  const found = [];
  for await (const { line, content } of inputDocuments(bytes(...chunks))) {
    found.push([line, content.kind === 'broken' ? content.error.code : content.text]);
  }
  return found;
}

describe('the documents of an input', () => {
  it('are one JSON object a line, blank lines set aside', async () => {
    expect(await documents('{"a":1}\n\n  {"b":"}"}\r\n{"c":[{}]}')).toEqual([
      [1, '{"a":1}'],
      [3, '{"b":"}"}'],
      [4, '{"c":[{}]}'],
    ]);
  });

  it('may be cut anywhere by the stream', async () => {
    const text = '{"a":"é\\"}"}\n<M>\n<V>a < b</V></M>\n';
    const cut = Array.from(Buffer.from(text), (_, at) => Buffer.from(text).subarray(at, at + 1));
    expect(await documents(...cut)).toEqual(await documents(text));
  });

  it('may be JSON over several lines', async () => {
    expect(await documents('{\n  "a": {\n  }\n}\n{"b":1}\n')).toEqual([
      [1, '{\n  "a": {\n  }\n}'],
      [5, '{"b":1}'],
    ]);
  });

  it('may be XML over several lines, or several on one', async () => {
    const xml = '<M>\n<A>\n\n{</A>\n</M>';
    expect(await documents(`<?xml version="1.0"?>\n${xml}<M/>\n<M a="1"></M>`)).toEqual([
      [1, `<?xml version="1.0"?>\n${xml}`],
      [6, '<M/>'],
      [7, '<M a="1"></M>'],
    ]);
  });

  it('end where the next one begins when they are broken', async () => {
    expect(await documents('{"a":\n{"b":1}\n{"c":"\n{"d":1}\n<M><A>\n<M></M>\n{"e"')).toEqual([
      [1, 'VIA_BROKER_INPUT_NOT_JSON'],
      [2, '{"b":1}'],
      [3, 'VIA_BROKER_INPUT_NOT_JSON'],
      [4, '{"d":1}'],
      [5, 'VIA_BROKER_INPUT_NOT_JSON'],
      [6, '<M></M>'],
      [7, 'VIA_BROKER_INPUT_NOT_JSON'],
    ]);
  });

  it('are an error each where they are no documents', async () => {
    expect(await documents('hello\n"text"\n{"a":1} 17\n')).toEqual([
      [1, 'VIA_BROKER_INPUT_NOT_JSON'],
      [2, 'VIA_BROKER_INPUT_NOT_JSON'],
      [3, '{"a":1}'],
      [3, 'VIA_BROKER_INPUT_NOT_JSON'],
    ]);
  });

  it('are UTF-8', async () => {
    expect(await documents('{"a":"', Uint8Array.of(0xff), '"}\n{"b":1}\n')).toEqual([
      [1, 'VIA_BROKER_INPUT_NOT_UTF8'],
      [2, '{"b":1}'],
    ]);
  });

  it('are bounded: what is too long is skipped, and the next one is read', async () => {
    const long = Buffer.alloc(DOCUMENT_BYTES_MAX + 1, 'a');
    expect(await documents('{"a":"', long, '"}\n{"b":1}\n')).toEqual([
      [1, 'VIA_BROKER_INPUT_TOO_LONG'],
      [2, '{"b":1}'],
    ]);
  });

  it('are bounded over several lines too', async () => {
    const line = `  ${'1,'.repeat(500_000)}\n`;
    const lines = Array.from({ length: 40 }, () => line);
    const found = await documents('[\n', ...lines, '{"b":1}\n');
    expect(found[0]).toEqual([1, 'VIA_BROKER_INPUT_TOO_LONG']);
    expect(found.at(-1)).toEqual([42, '{"b":1}']);
  });
});
