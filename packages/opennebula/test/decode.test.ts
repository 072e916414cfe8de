import { describe, expect, test } from 'vitest';
import { opennebulaCodec } from '../src/codec.ts';
import { PARAMETER_LENGTH_MAX } from '../src/decode/decode-api.ts';
import { CONTENT_BYTES_MAX } from '../src/message.ts';
import { apiBody, CONTEXT, CORPUS, decodeOne, errorCode, message, xmlOf } from './corpus.ts';

const OK = [
  ['OUT', 1, 'true'],
  ['OUT', 2, '42'],
  ['OUT', 3, '0'],
] as const;

describe('decode', () => {
  test('takes the data from the body, whatever the key says', () => {
    const xml = xmlOf('vm-running.by-id');
    const keys = [
      'EVENT VM 42/ACTIVE/RUNNING ',
      'EVENT STATE VM/ACTIVE/RUNNING/42 ',
      'EVENT STATE VM/ACTIVE/RUNNING',
      'EVENT SERVICE 9 ',
      'EVENT HOST 1/INIT/ ',
      'EVENT WHATEVER comes next',
    ];
    const events = keys.map((key) => decodeOne(message(xml, key)).event);
    for (const event of events) expect(event).toEqual(events[0]);
    expect(events[0]).toMatchObject({ type: 'io.viaduct.compute.state', subject: 'compute/42' });
  });

  test('tells by which family of keys a message came', () => {
    const families = ['by-id', 'by-state'].map(
      (form) => decodeOne(CORPUS.get(`vm-running.${form}`)!).facts?.family,
    );
    expect(families).toEqual(['id', 'state']);
    expect(decodeOne(CORPUS.get('made-vm-service')!).facts?.family).toBe('service');
  });

  test('gives the two copies of an event the same body print, and other ids', () => {
    const first = decodeOne(CORPUS.get('vm-running.by-id')!);
    const second = decodeOne(CORPUS.get('vm-running.by-state')!, { ...CONTEXT, ordinal: 2 });
    expect(second.facts?.body).toBe(first.facts?.body);
    expect(second.event.id).not.toBe(first.event.id);
  });

  test.each(['retry', 'made-ha-follower', 'made-ha-replicate'])(
    'understands %s as no event',
    (name) => {
      expect(opennebulaCodec.decode(CORPUS.get(name)!, CONTEXT)).toEqual({ ok: true, value: [] });
    },
  );

  test('understands RETRY whatever it carries, and by its body under another key', () => {
    const empty = { ok: true, value: [] };
    expect(opennebulaCodec.decode({ key: 'RETRY', content: '!' }, CONTEXT)).toEqual(empty);
    const body = message(xmlOf('retry'), 'EVENT STATE ');
    expect(opennebulaCodec.decode(body, CONTEXT)).toEqual(empty);
  });

  test('trims the blank that RETRY and other senders leave after base64', () => {
    const native = CORPUS.get('vm-running.by-id')!;
    const spaced = { ...native, content: `${native.content} \n` };
    expect(decodeOne(spaced).event).toEqual(decodeOne(native).event);
  });

  test('adopts id, trail and subject of a message that a broker sent', () => {
    const { event } = decodeOne(CORPUS.get('made-viaduct-trail')!);
    expect(event).toMatchObject({
      id: '0b6f1f0e-5f0e-5c39-9d1e-6a4f8f6c1d11',
      trail: '11111111-2222-4333-8444-555555555555',
      subject: 'host/compute-07.example',
      partitionkey: 'one/host/compute-07.example',
    });
  });

  test.each([
    '<ID>not-a-uuid</ID>',
    '<TRAIL>a\nb</TRAIL>',
    `<TRAIL>${'x'.repeat(5_000)}</TRAIL>`,
    '<SUBJECT>identity/root</SUBJECT>',
    '<SUBJECT>nonsense/1</SUBJECT>',
    '<SUBJECT>host/</SUBJECT>',
    '<ID>x',
  ])('does not believe the trail element %.40j', (inner) => {
    const plain = xmlOf('host-init.by-id');
    const xml = plain.replace('</HOOK_MESSAGE>', `<VIADUCT>${inner}</VIADUCT></HOOK_MESSAGE>`);
    const result = opennebulaCodec.decode(message(xml), CONTEXT);
    if (!result.ok) expect(result.error.code).toBe('VIA_OPENNEBULA_BODY_NOT_XML');
    else expect(result.value[0]?.event).toMatchObject({ subject: 'host/3' });
    if (result.ok) expect(result.value[0]?.event.trail).toBeUndefined();
  });
});

describe('decode of changes of state', () => {
  const severities = [
    ['RUNNING', 'info'],
    ['UNKNOWN', 'warning'],
    ['PROLOG_MIGRATE_UNKNOWN_FAILURE', 'error'],
    ['NOT_INVENTED_YET', 'info'],
  ] as const;

  test.each(severities)('gives the state %s the severity %s', (state, severity) => {
    const xml = xmlOf('vm-running.by-id').replace('<LCM_STATE>RUNNING', `<LCM_STATE>${state}`);
    expect(decodeOne(message(xml)).event.data).toMatchObject({
      severity,
      state: { native: `ACTIVE/${state}` },
    });
  });

  test('names a number that the publisher has no text for by its number', () => {
    const { event } = decodeOne(CORPUS.get('made-vm-unknown-lcm')!);
    expect(event.nativetype).toBe('STATE VM/ACTIVE/99');
    expect(decodeOne(CORPUS.get('net-update-failure.by-id')!).event.data.state).toMatchObject({
      native: 'UPDATE_FAILURE',
      value: 'failed',
    });
  });

  test('keeps the error text to the states that it explains', () => {
    const failed = xmlOf('vm-boot-failure.by-id');
    expect(decodeOne(message(failed)).event.data.message).toMatch(/ERROR: deploy/);
    const recovered = failed.replace('<LCM_STATE>BOOT_FAILURE', '<LCM_STATE>RUNNING');
    expect(decodeOne(message(recovered)).event.data.message).toBeUndefined();
  });

  test('takes what was being done, and by which request, from the last record of the history', () => {
    expect(decodeOne(CORPUS.get('vm-done.by-id')!).event.data).toMatchObject({
      nativeAction: 'terminate',
      correlation: { requestId: '5216' },
      state: { value: 'deleted' },
    });
  });

  test('says no previous state at creation', () => {
    expect(decodeOne(CORPUS.get('vm-pending.by-id')!).event.data.state).toEqual({
      value: 'pending',
      native: 'PENDING/LCM_INIT',
    });
  });
});

describe('decode of API bodies', () => {
  test('cuts the values out of a body that is no XML, to the letter', () => {
    const value = 'A = "R&D &amp; <x>"\n{"a": [1 < 2]} </VALUE> ]]> <!DOCTYPE x>';
    const xml = apiBody('one.vm.update', [['IN', 2, '42'], ['IN', 3, value], ...OK]);
    const { event } = decodeOne(message(xml));
    expect(event.data.resource).toMatchObject({ kind: 'compute', id: '42' });
    expect(event.data.attributes?.parameters?.[1]?.value).toBe(value);
  });

  test('is not led astray by half of the separator in a value', () => {
    const value = 'x < </VALUE></PARAMETER> y';
    const xml = apiBody('one.vm.update', [['IN', 2, '42'], ['IN', 3, value], ...OK]);
    const parameters = decodeOne(message(xml)).event.data.attributes?.parameters;
    expect(parameters).toHaveLength(5);
    expect(parameters?.[1]?.value).toBe(value);
  });

  test('reads escaped values of a well-formed body as any XML reader does', () => {
    const xml = apiBody('one.vm.update', [
      ['IN', 2, '42'],
      ['IN', 3, 'a &lt; b &amp;&amp; c'],
      ...OK,
    ]);
    expect(decodeOne(message(xml)).event.data.attributes?.parameters?.[1]?.value).toBe(
      'a < b && c',
    );
  });

  test('reads EXTRA of a body whose values are no XML', () => {
    const extra = '<VM><ID>42</ID><UNAME>alice</UNAME><NAME>web</NAME></VM>';
    const xml = apiBody('one.vm.allocate', [['IN', 2, 'a < b'], ...OK], { extra });
    expect(decodeOne(message(xml)).event.data).toMatchObject({
      resource: { kind: 'compute', id: '42', name: 'web' },
      actor: { user: { name: 'alice' } },
    });
  });

  test.each([
    ['within a value', apiBody('one.vm.update', [['IN', 2, '42 < 43']]).slice(0, 190)],
    ['before its values', '<HOOK_MESSAGE><HOOK_TYPE>API</HOOK_TYPE><CALL>one.vm.x</CALL>'],
    ['before its call', '<HOOK_MESSAGE><HOOK_TYPE>API</HOOK_TYPE>'],
    ['after its values', apiBody('one.vm.update', [['IN', 2, 'a < b']]).split('</PARAMETERS>')[0]!],
  ])('refuses a body that was cut off %s', (_where, xml) => {
    expect(errorCode(message(xml))).toBe('VIA_OPENNEBULA_BODY_INCOMPLETE');
  });

  test('shortens long values and says so', () => {
    const long = 'é'.repeat(PARAMETER_LENGTH_MAX + 1);
    const xml = apiBody('one.vmpool.monitoring', [
      ['IN', 2, '-1'],
      ['OUT', 1, 'true'],
      ['OUT', 2, long],
    ]);
    const value = decodeOne(message(xml)).event.data.attributes?.parameters?.[2]?.value;
    expect(value).toBe(`${'é'.repeat(PARAMETER_LENGTH_MAX)}…`);
  });

  test('keeps a call without a known outcome apart from a failed one', () => {
    const xml = apiBody('one.vm.lock', [['IN', 2, '42'], ...OK], { result: '' });
    expect(decodeOne(message(xml)).event).toMatchObject({
      type: 'io.viaduct.compute.lock',
      data: { outcome: 'unknown' },
    });
  });

  const calls = [
    [
      'one.vm.action',
      [
        ['IN', 2, 'terminate-hard'],
        ['IN', 3, '42'],
      ],
      'compute.delete.end',
      '42',
    ],
    [
      'one.vm.migrate',
      [
        ['IN', 2, '42'],
        ['IN', 3, '5'],
      ],
      'compute.migrate.end',
      '42',
    ],
    [
      'one.image.enable',
      [
        ['IN', 2, '7'],
        ['IN', 3, 'true'],
      ],
      'image.enable.end',
      '7',
    ],
    [
      'one.image.enable',
      [
        ['IN', 2, '7'],
        ['IN', 3, '0'],
      ],
      'image.disable.end',
      '7',
    ],
    [
      'one.host.status',
      [
        ['IN', 2, '3'],
        ['IN', 3, '0'],
      ],
      'host.enable.end',
      '3',
    ],
    ['one.vn.reserve', [['IN', 2, '2']], 'network.create.end', '42'],
    ['one.vm.lock', [['IN', 2, '-1']], 'request.lock.end', 'one.vm.lock'],
    ['one.system.version', [], 'request.request.end', 'one.system.version'],
    ['one.vm.constructor', [['IN', 2, '42']], 'compute.other.end', '42'],
    ['one.constructor.update', [['IN', 2, '42']], 'request.request.end', 'one.constructor.update'],
  ] as const;

  test.each(calls)('makes %s %j %s', (call, values, type, id) => {
    const { event } = decodeOne(message(apiBody(call, [...values, ...OK])));
    expect(event.type).toBe(`io.viaduct.${type}`);
    expect(event.data.resource.id).toBe(id);
    expect(event.nativetype).toBe(`API ${call}`);
  });
});

describe('decode of bad input', () => {
  const vm = xmlOf('vm-running.by-id');

  test('refuses every document that was cut off', () => {
    for (let length = 0; length < vm.length; length += 97) {
      expect(errorCode(message(vm.slice(0, length))), `after ${length}`).toMatch(
        /^VIA_OPENNEBULA_BODY_(?:NOT_XML|INCOMPLETE)$/,
      );
    }
  });

  const damaged = [
    ['a missing end tag', vm.replace('</NAME>', ''), 'BODY_NOT_XML'],
    [
      'a bare less-than sign',
      vm.replace('<DEPLOY_ID>one-42', '<DEPLOY_ID>a < b & c'),
      'BODY_NOT_XML',
    ],
    ['no HOOK_TYPE', vm.replace('<HOOK_TYPE>STATE</HOOK_TYPE>', ''), 'BODY_INCOMPLETE'],
    ['no HOOK_OBJECT', vm.replace('<HOOK_OBJECT>VM</HOOK_OBJECT>', ''), 'BODY_INCOMPLETE'],
    ['no STATE', vm.replace('<STATE>ACTIVE</STATE>', ''), 'BODY_INCOMPLETE'],
    [
      'no id at all',
      vm.replace('<RESOURCE_ID>42</RESOURCE_ID>', '').replace('<ID>42</ID>', ''),
      'BODY_INCOMPLETE',
    ],
    ['another root', '<MESSAGE></MESSAGE>', 'BODY_INCOMPLETE'],
    ['a DOCTYPE', `<!DOCTYPE x>${vm}`, 'BODY_REFUSED'],
    ['an XML bomb', `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(99)}">]><a>&b;</a>`, 'BODY_REFUSED'],
    ['deep nesting', '<HOOK_MESSAGE>'.repeat(100_000), 'BODY_REFUSED'],
    ['nothing', '', 'BODY_NOT_XML'],
    ['JSON', '{"HOOK_TYPE": "STATE"}', 'BODY_NOT_XML'],
  ] as const;

  test.each(damaged)('refuses a body with %s', (_what, xml, code) => {
    expect(errorCode(message(xml))).toBe(`VIA_OPENNEBULA_${code}`);
  });

  test('keeps a bare ampersand, which the real publisher writes', () => {
    const xml = xmlOf('host-init.by-id').replaceAll('>kvm01.lab.example<', '>R&D<');
    expect(decodeOne(message(xml)).event.data.resource.name).toBe('R&D');
  });

  test('refuses what is larger than it reads, without reading it', () => {
    const native = { key: 'EVENT STATE ', content: 'A'.repeat(50 * 1024 * 1024) };
    expect(native.content.length).toBeGreaterThan(CONTENT_BYTES_MAX);
    expect(errorCode(opennebulaCodec.redact(native).native)).toBe(
      'VIA_OPENNEBULA_CONTENT_TOO_LARGE',
    );
  });

  test.each(['!!!!', 'A', 'AAA=A', 'é'])('refuses %j as base64', (content) => {
    expect(errorCode({ key: 'EVENT STATE ', content })).toBe('VIA_OPENNEBULA_CONTENT_NOT_BASE64');
  });

  test('refuses invalid UTF-8', () => {
    const bytes = Buffer.from('<HOOK_MESSAGE>\xc3\x28</HOOK_MESSAGE>', 'latin1');
    const native = { key: 'EVENT STATE ', content: bytes.toString('base64') };
    expect(errorCode(native)).toBe('VIA_OPENNEBULA_BODY_NOT_UTF8');
  });

  test('finds nothing inherited under names such as constructor', () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
    for (const name of names) {
      const xml =
        `<HOOK_MESSAGE><HOOK_TYPE>STATE</HOOK_TYPE><HOOK_OBJECT>${name}</HOOK_OBJECT>` +
        `<STATE>${name}</STATE><LCM_STATE>${name}</LCM_STATE><RESOURCE_ID>1</RESOURCE_ID>` +
        `<${name}><ID>1</ID><${name}>1</${name}></${name}></HOOK_MESSAGE>`;
      expect(decodeOne(message(xml)).event.data.state).toEqual({ value: 'unknown', native: name });
      const vmXml = vm.replace('<STATE>ACTIVE</STATE>', `<STATE>${name}</STATE>`);
      expect(decodeOne(message(vmXml)).event.data.state?.value).toBe('unknown');
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
