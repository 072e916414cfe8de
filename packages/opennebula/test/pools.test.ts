import { describe, expect, test } from 'vitest';
import { parseContent } from '../src/decode/content.ts';
import { parseKey } from '../src/key.ts';
import { POOLS, readPool } from '../src/decode/pools.ts';
import { formatCall, readAnswer } from '../src/resync/xml-rpc.ts';

const answer = (...values: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\r\n<methodResponse><params><param><value><array><data>` +
  values.map((value) => `<value>${value}</value>`).join('\n') +
  '</data></array></value></param></params></methodResponse>\r\n';

describe('a call', () => {
  test('is a document of XML-RPC, whatever its parameters hold', () => {
    expect(formatCall('one.vmpool.info', ['oneadmin:a<b&c]]>', -2])).toBe(
      '<?xml version="1.0"?><methodCall><methodName>one.vmpool.info</methodName><params>' +
        '<param><value><string>oneadmin:a&lt;b&amp;c]]&gt;</string></value></param>' +
        '<param><value><i4>-2</i4></value></param></params></methodCall>',
    );
  });
});

describe('an answer', () => {
  test('is its result, with or without a type', () => {
    const pool = '<VM_POOL><VM><ID>1</ID></VM></VM_POOL>';
    const escaped = pool.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    for (const text of [`<string>${escaped}</string>`, escaped]) {
      const xml = answer('<boolean>1</boolean>', text, '<i4>0</i4>');
      expect(readAnswer(xml)).toEqual({ ok: true, value: pool });
    }
  });

  test.each([
    ['a refusal', answer('<boolean>0</boolean>', 'no rights', '<i4>512</i4>'), 'REFUSED'],
    [
      'a fault',
      '<methodResponse><fault><value><struct/></value></fault></methodResponse>',
      'REFUSED',
    ],
    ['no array', '<methodResponse><params/></methodResponse>', 'ANSWER'],
    ['no XML', 'Internal Server Error', 'ANSWER'],
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><methodResponse>&b;</methodResponse>', 'ANSWER'],
    ['nothing', '', 'ANSWER'],
  ])('that is %s is an error', (_, xml, code) => {
    expect(readAnswer(xml)).toMatchObject({
      ok: false,
      error: { code: `VIA_OPENNEBULA_RESYNC_${code}` },
    });
  });
});

describe('a pool', () => {
  test('is a message of each object, under a key of its own', () => {
    const vm = '<VM><ID>7</ID><NAME>a &amp; b</NAME><STATE>3</STATE><LCM_STATE>3</LCM_STATE></VM>';
    const read = readPool(`<VM_POOL>${vm}<VM><ID>x</ID></VM></VM_POOL>`, POOLS.vm, 1_000);
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value).toHaveLength(1);
    const [message] = read.value;
    expect(parseKey(message?.key ?? '')).toEqual({
      family: 'resync',
      object: 'VM',
      id: '7',
      askedAt: 1_000,
    });
    expect(parseContent(message?.content ?? '')).toEqual({
      ok: true,
      value:
        '<HOOK_MESSAGE><HOOK_TYPE>STATE</HOOK_TYPE><HOOK_OBJECT>VM</HOOK_OBJECT>' +
        `<STATE>ACTIVE</STATE><LCM_STATE>RUNNING</LCM_STATE><RESOURCE_ID>7</RESOURCE_ID>${vm}` +
        '</HOOK_MESSAGE>',
    });
  });

  test.each(['', '<VM_POOL>', '<VM_POOL><VM></VM_POOL>'])('that is %j is an error', (xml) => {
    expect(readPool(xml, POOLS.vm, 0)).toMatchObject({ ok: false });
  });
});
