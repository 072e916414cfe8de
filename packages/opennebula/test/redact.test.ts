import { describe, expect, test } from 'vitest';
import { MASK, REDACTIONS_MAX } from '../src/decode/redact.ts';
import { opennebulaCodec } from '../src/codec.ts';
import { apiBody, CORPUS, errorCode, message } from './corpus.ts';

const SECRET = 'hunter2-Zyx';

function redactXml(xml: string): { readonly xml: string; readonly paths: readonly string[] } {
  const { native, redactions } = opennebulaCodec.redact(message(xml));
  return {
    xml: Buffer.from(native.content, 'base64').toString('utf8'),
    paths: redactions.map(({ path }) => path),
  };
}

describe('redact', () => {
  const forms = [
    ['an element', `<VM><GRAPHICS><PASSWD>${SECRET}</PASSWD></GRAPHICS></VM>`],
    ['CDATA', `<VM><PASSWD><![CDATA[${SECRET}]]></PASSWD></VM>`],
    ['CDATA that holds its own end', `<VM><PASSWD><![CDATA[a]]>${SECRET}]]></PASSWD></VM>`],
    ['a password hash', `<EXTRA><USER><PASSWORD>${SECRET}</PASSWORD></USER></EXTRA>`],
    ['a login token', `<LOGIN_TOKEN><TOKEN>${SECRET}</TOKEN></LOGIN_TOKEN>`],
    [
      'a context password',
      `<CONTEXT><ROOT_PASSWORD><![CDATA[${SECRET}]]></ROOT_PASSWORD></CONTEXT>`,
    ],
    ['keepalived', `<X><VROUTER_KEEPALIVED_PASSWORD>${SECRET}</VROUTER_KEEPALIVED_PASSWORD></X>`],
    ['LUKS', `<DISK><LUKS_PASSWD><![CDATA[${SECRET}]]></LUKS_PASSWD></DISK>`],
    ['S3', `<M><SECRET_ACCESS_KEY><![CDATA[${SECRET}]]></SECRET_ACCESS_KEY></M>`],
    ['an element cut off', `<VM><PASSWD><![CDATA[${SECRET}`],
    ['an element without its end', `<VM><PASSWORD>${SECRET}</VM>`],
    ['a malformed body', `<VM><A>a < b & c</A><PASSWORD>${SECRET}</PASSWORD>`],
    ['escaped text', `<VALUE>&lt;PASSWORD&gt;${SECRET}&lt;/PASSWORD&gt;</VALUE>`],
    ['escaped CDATA', `<VALUE>&lt;PASSWD&gt;&lt;![CDATA[${SECRET}]]&gt;&lt;/PASSWD&gt;</VALUE>`],
    ['template text', `<VALUE>GRAPHICS = [ PASSWD = "${SECRET}" ]</VALUE>`],
    ['template text in lower case', `<VALUE>root_password="${SECRET}"</VALUE>`],
    ['template text with escaped quotes', `<VALUE>PASSWORD = "a\\"${SECRET}"</VALUE>`],
    ['template text without quotes', `<VALUE>CONTEXT=[PASSWORD=${SECRET},X=1]</VALUE>`],
    ['template text, quotes as entities', `<VALUE>PASSWORD = &quot;${SECRET}&quot;</VALUE>`],
    ['template text without an end', `<VALUE>PASSWORD = "${SECRET}</VALUE>`],
    ['JSON', `<VALUE>{"db_password": "${SECRET}"}</VALUE>`],
    ['JSON within a template', `<VALUE>BODY = "{\\"token\\":\\"${SECRET}\\"}"</VALUE>`],
    ['a header', `<VALUE>X-Auth-Token: ${SECRET}</VALUE>`],
    ['the token of a login', apiBody('one.user.login', [['OUT', 2, SECRET]])],
    ['a password that nobody masked', apiBody('one.user.allocate', [['IN', 3, SECRET]])],
    ['SQL', apiBody('one.system.sql', [['IN', 2, `UPDATE x SET y='${SECRET}'`]])],
    ['the result of SQL', apiBody('one.system.sqlquery', [['OUT', 2, `<R>${SECRET}</R>`]])],
    ['replicated SQL', apiBody('one.zone.replicate', [['IN', 4, `INSERT '${SECRET}'`]])],
    ['a value cut off', apiBody('one.user.login', [['OUT', 2, SECRET]]).split('</VALUE>')[0] ?? ''],
  ] as const;

  test.each(forms)('finds a secret in %s', (_form, xml) => {
    const redacted = redactXml(xml);
    expect(redacted.xml).not.toContain(SECRET);
    expect(redacted.xml).toContain(MASK);
    expect(redacted.paths.length).toBeGreaterThan(0);
  });

  test('replaces the secret alone and says where it was', () => {
    const before = '<HOOK_MESSAGE><VM><TEMPLATE><GRAPHICS><PASSWD><![CDATA[';
    const after =
      ']]></PASSWD><TYPE>VNC</TYPE></GRAPHICS></TEMPLATE><NAME>é</NAME></VM></HOOK_MESSAGE>';
    expect(redactXml(before + SECRET + after)).toEqual({
      xml: before + MASK + after,
      paths: ['HOOK_MESSAGE/VM/TEMPLATE/GRAPHICS/PASSWD'],
    });
  });

  test('gives each parameter of a call its place', () => {
    const { paths } = redactXml(apiBody('one.user.login', [['OUT', 2, SECRET]]));
    expect(paths).toEqual(['HOOK_MESSAGE/CALL_INFO/PARAMETERS/PARAMETER/VALUE[OUT 2]']);
  });

  const harmless = [
    [
      'a flag',
      '<CONTEXT><TOKEN><![CDATA[YES]]></TOKEN></CONTEXT>'.replaceAll(/<!\[CDATA\[|\]\]>/g, ''),
    ],
    ['a wish for a random password', '<GRAPHICS><RANDOM_PASSWD>YES</RANDOM_PASSWD></GRAPHICS>'],
    ['what oned masked', apiBody('one.user.passwd', [['IN', 3, '****']])],
    ['an empty element', '<VM><PASSWD></PASSWD><TOKEN/></VM>'],
    ['a reference to a secret', '<DISK><CEPH_SECRET>a-uuid</CEPH_SECRET></DISK>'],
    ['the error of a failed login', apiBody('one.user.login', [['OUT', 2, 'no']], { result: '0' })],
    ['the word alone', '<ERROR>the password is wrong</ERROR>'],
  ] as const;

  test.each(harmless)('returns the same object for %s', (_form, xml) => {
    const native = message(xml);
    expect(opennebulaCodec.redact(native).native).toBe(native);
  });

  test('returns the same object for every fixture that holds none', () => {
    const plain = [...CORPUS].filter(([name]) => !name.startsWith('made-'));
    expect(plain).toHaveLength(29);
    for (const [name, native] of plain) {
      expect(opennebulaCodec.redact(native).native, name).toBe(native);
    }
  });

  test('finds nothing more in what it returned', () => {
    for (const [, xml] of forms) {
      const once = opennebulaCodec.redact(message(xml)).native;
      expect(opennebulaCodec.redact(once).native).toBe(once);
    }
  });

  test('masks wrong base64 whole where it hides a secret, and it stays wrong', () => {
    const { content } = message(`<A><PASSWORD>${SECRET}</PASSWORD></A>`);
    const native = {
      key: 'EVENT VM 1/DONE/LCM_INIT ',
      content: `${content.slice(0, 8)}!${content.slice(8)}`,
    };
    const redacted = opennebulaCodec.redact(native);
    expect(redacted).toEqual({
      native: { key: native.key, content: MASK },
      redactions: [{ path: 'content' }],
    });
    expect(errorCode(redacted.native)).toBe('VIA_OPENNEBULA_CONTENT_NOT_BASE64');
  });

  test('keeps bytes that are no UTF-8 as they are', () => {
    const body = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`<TOKEN>${SECRET}</TOKEN>`),
    ]);
    const { native } = opennebulaCodec.redact({ key: 'RETRY', content: body.toString('base64') });
    const bytes = Buffer.from(native.content, 'base64');
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
    expect(bytes.toString('latin1')).not.toContain(SECRET);
  });

  test('stays linear on text made to slow it down, and lists a bounded number', () => {
    const size = 400_000;
    const hostile = [
      'A'.repeat(size) + 'PASSWORD',
      '<PASSWORD'.repeat(size / 8),
      'token:'.repeat(size / 6),
      '<TOKEN>x</TOKEN>' + `<${'A'.repeat(384)}`.repeat(size / 385),
      'PASSWD="'.repeat(size / 8),
      '<PASSWORD TOKEN="x">'.repeat(size / 20) + '</PASSWORD>'.repeat(size / 20),
      `PASSWORD${' '.repeat(100)}`.repeat(size / 100),
      'PASSWORD="' + '\\'.repeat(size),
      '<PASSWORD>x</PASSWORD>'.repeat(size / 22),
      apiBody('one.user.login', []).replace('</PARAMETERS>', '<PARAMETER>'.repeat(size / 10)),
    ];
    const started = performance.now();
    for (const xml of hostile) {
      expect(opennebulaCodec.redact(message(xml)).redactions.length).toBeLessThanOrEqual(
        REDACTIONS_MAX,
      );
    }
    // Quadratic searching takes minutes here, whatever the machine.
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
