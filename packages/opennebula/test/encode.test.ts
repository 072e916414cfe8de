import {
  composeEvent,
  type CanonicalEvent,
  type EncodeContext,
  type EventData,
} from '@viaduct/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { opennebulaCodec, type OpennebulaMessage } from '../src/codec.ts';
import { Outline, readOutline } from '../src/xml/outline.ts';
import { CONTEXT, CORPUS, decodeOne, message, xmlOf } from './corpus.ts';

const BROKER = '11111111-1111-4111-8111-111111111111';
const WORLD: EncodeContext<OpennebulaMessage> = {
  sentAt: 1_760_000_001_000,
  attempt: 1,
  nonce: '0123456789abcdef0123456789abcdef',
  brokerId: BROKER,
};

function encodeAll(
  event: CanonicalEvent,
  context: Partial<EncodeContext<OpennebulaMessage>> = {},
): readonly OpennebulaMessage[] {
  const result = opennebulaCodec.encode(event, { ...WORLD, ...context });
  if (!result.ok) throw new Error(result.error.message);
  return result.value.natives;
}

function bodyOf({ content }: OpennebulaMessage): string {
  return Buffer.from(content, 'base64').toString('utf8');
}

function foreign(data: Partial<EventData> & Pick<EventData, 'resource'>): CanonicalEvent {
  return composeEvent(
    {
      id: '6a7c2a38-6f0d-4b2c-8a35-5f0c1f8f9a01',
      dialect: 'oslo',
      source: 'oslo://cloud/nova',
      nativetype: 'compute.instance.update',
      data: { action: 'state', ...data },
    },
    { ...CONTEXT, system: 'cloud' },
  );
}

const UUID = '7f6b9a64-0f8c-4d76-9d6b-0f3c2c5f1c55';

describe('encode of an event of another dialect', () => {
  const running = foreign({
    resource: { kind: 'compute', id: UUID },
    state: { value: 'running', native: 'active' },
  });

  test('publishes a change of state under all the keys of the real driver, with one content', () => {
    const service = foreign({
      resource: {
        kind: 'compute',
        id: '42',
        parent: { kind: 'deployment', type: 'SERVICE', id: '9' },
      },
      state: { value: 'running', native: 'active' },
    });
    const natives = encodeAll(service);
    expect(natives.map(({ key }) => key)).toEqual([
      'EVENT VM 42/ACTIVE/RUNNING ',
      'EVENT STATE VM/ACTIVE/RUNNING/42 ',
      'EVENT SERVICE 9 ',
    ]);
    expect(new Set(natives.map(({ content }) => content)).size).toBe(1);
    const keys = encodeAll(service, { options: { copies: 'state' } }).map(({ key }) => key);
    expect(keys).toEqual(['EVENT STATE VM/ACTIVE/RUNNING/42 ']);
  });

  test('writes base64 without line breaks, and XML without declaration or namespace', () => {
    for (const native of encodeAll(running)) {
      expect(native.content).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
      expect(bodyOf(native)).toMatch(/^<HOOK_MESSAGE><HOOK_TYPE>STATE<\/HOOK_TYPE>/);
      expect(bodyOf(native)).not.toContain('xmlns');
    }
  });

  const orders = [
    ['compute', 'HOOK_TYPE,HOOK_OBJECT,STATE,LCM_STATE,RESOURCE_ID,REMOTE_HOST,VM,VIADUCT'],
    ['host', 'HOOK_TYPE,HOOK_OBJECT,STATE,REMOTE_HOST,RESOURCE_ID,HOST,VIADUCT'],
    ['image', 'HOOK_TYPE,HOOK_OBJECT,STATE,RESOURCE_ID,IMAGE,VIADUCT'],
    ['storage', 'HOOK_TYPE,HOOK_OBJECT,STATE,RESOURCE_ID,IMAGE,VIADUCT'],
    ['network', 'HOOK_TYPE,HOOK_OBJECT,STATE,RESOURCE_ID,VNET,VIADUCT'],
  ] as const;

  test.each(orders)('writes the envelope of %s in the order of the publisher', (kind, order) => {
    const [native] = encodeAll(foreign({ resource: { kind, id: UUID } }));
    const outline = readOutline(bodyOf(native!));
    if (!(outline instanceof Outline)) throw new Error('not XML');
    expect(
      outline
        .children(0)
        .map((child) => outline.name(child))
        .join(),
    ).toBe(order);
  });

  const objects = [
    ['compute', 'VM', 'vm-running.by-id'],
    ['host', 'HOST', 'host-init.by-id'],
    ['image', 'IMAGE', 'image-ready.by-id'],
    ['network', 'VNET', 'net-ready.by-id'],
  ] as const;

  test.each(objects)(
    'gives a minimal %s every element that a real one has, in order',
    (kind, name, real) => {
      const [native] = encodeAll(foreign({ resource: { kind, id: UUID, host: 'node-1' } }));
      expect(elementsOf(bodyOf(native!), name)).toEqual(
        elementsOf(xmlOf(real), name).filter((element) => element !== 'BRIDGE_TYPE'),
      );
    },
  );

  function elementsOf(xml: string, name: string): readonly string[] {
    const outline = readOutline(xml);
    if (!(outline instanceof Outline)) throw new Error('not XML');
    return outline.children(outline.child(0, name)).map((child) => outline.name(child));
  }

  test('gives a resource the same number always, and its own id back', () => {
    const [first] = encodeAll(running);
    const [again] = encodeAll({ ...running, id: '00000000-0000-4000-8000-000000000000' });
    expect(first?.key).toBe(again?.key);
    expect(first?.key).toMatch(/^EVENT VM \d{10}\/ACTIVE\/RUNNING $/);
    expect(decodeOne(first!).event).toMatchObject({ id: running.id, subject: `compute/${UUID}` });
  });

  test('keeps a resource of another system apart', () => {
    const other = { ...running, partitionkey: `elsewhere/compute/${UUID}` };
    expect(encodeAll(other)[0]?.key).not.toBe(encodeAll(running)[0]?.key);
  });

  test('escapes values, and protects the end of CDATA', () => {
    const name = 'a & b < c > "d" \' ]]> é 😀';
    const event = foreign({
      resource: { kind: 'compute', id: '42', name },
      state: { value: 'failed', native: 'error' },
      message: name,
      attributes: { image: name },
    });
    const [native] = encodeAll(event);
    expect(decodeOne(native!).event.data).toMatchObject({
      resource: { name },
      message: name,
      attributes: { image: name },
    });
  });

  test('replaces what XML cannot hold', () => {
    const name = 'a\u0000b\u001Bc\uD800d\uFFFEe';
    const [native] = encodeAll(foreign({ resource: { kind: 'compute', id: '42', name } }));
    expect(decodeOne(native!).event.data.resource.name).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe');
  });

  const failures = [
    ['create', 'BOOT_FAILURE'],
    ['migrate', 'BOOT_MIGRATE_FAILURE'],
    ['delete', 'EPILOG_FAILURE'],
    ['resume', 'PROLOG_RESUME_FAILURE'],
  ] as const;

  test.each(failures)('makes the error of %s the state %s', (action, state) => {
    const event = foreign({ resource: { kind: 'compute', id: '42' }, action, phase: 'error' });
    expect(encodeAll(event)[0]?.key).toBe(`EVENT VM 42/ACTIVE/${state} `);
  });

  test('makes what OpenNebula has no object for a call that hooks can be set on', () => {
    const event = foreign({
      resource: { kind: 'execution', id: 'c9', name: 'install' },
      action: 'execute',
      phase: 'error',
      outcome: 'failure',
    });
    const natives = encodeAll(event);
    expect(natives.map(({ key }) => key)).toEqual(['EVENT API one.internal.execution.execute 0']);
    expect(decodeOne(natives[0]!).event).toMatchObject({
      type: event.type,
      subject: event.subject,
      data: { resource: { name: 'install' }, outcome: 'failure' },
    });
  });

  test.each([
    ['failed', undefined, 0],
    ['failed', 'failure', 0],
    ['failed', 'success', 1],
    ['cancelled', undefined, 1],
    ['succeeded', undefined, 1],
  ] as const)('calls an execution that is %s, with the outcome %s, a result of %i', (...row) => {
    const [value, outcome, result] = row;
    const [native] = encodeAll(
      foreign({
        resource: { kind: 'execution', id: 'c9' },
        state: { value, native: value },
        ...(outcome === undefined ? {} : { outcome }),
      }),
    );
    expect(native!.key).toBe(`EVENT API one.internal.execution.state ${result}`);
    expect(bodyOf(native!)).toContain(`<RESULT>${result}</RESULT>`);
  });

  test('writes the trail of brokers, its own last and once', () => {
    const trailOf = (event: CanonicalEvent, brokerId: string): string | undefined =>
      decodeOne(encodeAll(event, { brokerId })[0]!).event.trail;
    const passed = { ...running, trail: 'aaaa bbbb' };
    expect(trailOf(passed, 'cccc')).toBe('aaaa bbbb cccc');
    expect(trailOf(passed, 'bbbb')).toBe('aaaa bbbb');
    expect(trailOf(running, 'cccc')).toBe('cccc');
    expect(trailOf(running, '')).toBeUndefined();
  });
});

describe('encode of a message of OpenNebula itself', () => {
  const events = [...CORPUS].filter(([, native]) => {
    const result = opennebulaCodec.decode(opennebulaCodec.redact(native).native, CONTEXT);
    return result.ok && result.value.length === 1;
  });

  /** What was sent, without the trail element, which is fresh. */
  function resent(native: OpennebulaMessage): readonly { key: string; xml: string }[] {
    const { event } = decodeOne(native);
    return encodeAll(event, { native }).map((sent) => ({
      key: sent.key,
      xml: bodyOf(sent).replace(/<VIADUCT>.*?<\/VIADUCT>(?=<\/HOOK_MESSAGE>$)/s, ''),
    }));
  }

  test('there are such messages', () => {
    expect(events.length).toBeGreaterThan(38);
  });

  test.each(events)(
    'sends the body of %s again to the letter, under its key among others',
    (_name, given) => {
      const { native } = opennebulaCodec.redact(given);
      const body = bodyOf(native).replace(/<VIADUCT>.*?<\/VIADUCT>(?=<\/HOOK_MESSAGE>$)/s, '');
      const sent = resent(native);
      expect(sent.map(({ key }) => key)).toContain(native.key);
      for (const { xml } of sent) expect(xml).toBe(body);
    },
  );

  test('lists what was redacted as lost, and nothing else', () => {
    for (const [name, given] of events) {
      const { native, redactions } = opennebulaCodec.redact(given);
      const { event } = decodeOne(native);
      const result = opennebulaCodec.encode(event, { ...WORLD, native, redactions });
      if (!result.ok) throw new Error(name);
      expect(result.value.losses, name).toEqual(
        redactions.map(({ path }) => ({ path, reason: 'redacted' })),
      );
      expect(result.value.invented, name).toEqual([]);
    }
  });

  test('replaces the trail element of the broker before', () => {
    const native = CORPUS.get('made-viaduct-trail')!;
    const [sent] = encodeAll(decodeOne(native).event, { native });
    expect(bodyOf(sent!).match(/<VIADUCT>/g)).toHaveLength(1);
    expect(decodeOne(sent!).event).toMatchObject({
      trail: `11111111-2222-4333-8444-555555555555 ${BROKER}`,
      subject: 'host/compute-07.example',
    });
  });

  test('replaces a documented key by the real ones, and keeps a key that nobody knows', () => {
    const xml = xmlOf('host-init.by-id');
    const real = ['EVENT HOST 3/INIT/ ', 'EVENT STATE HOST/INIT//3 '];
    expect(resent(message(xml, 'EVENT STATE HOST/INIT/')).map(({ key }) => key)).toEqual(real);
    const odd = 'EVENT SOMETHING new 3';
    expect(resent(message(xml, odd)).map(({ key }) => key)).toEqual([...real, odd]);
  });

  test('keeps any element that nobody knows, wherever it stands', () => {
    const states = events.filter(([name]) => /^(?:vm|host|image|net)-.*by-state$/.test(name));
    const place = fc.double({ min: 0, max: 0.999, noNaN: true });
    const unknown = fc
      .tuple(fc.stringMatching(/^[A-Z][A-Z0-9_]{2,12}$/), fc.stringMatching(/^[a-z0-9 é]{0,20}$/))
      .filter(([name]) => !/PASSW|TOKEN|SECRET/.test(name));
    fc.assert(
      fc.property(fc.constantFrom(...states), place, unknown, ([, native], where, [name, text]) => {
        const xml = bodyOf(native);
        const ends = [...xml.matchAll(/<\/[A-Z_0-9]+>(?=<)/g)].map(
          ({ index, 0: tag }) => index + tag.length,
        );
        const at = ends[Math.floor(where * ends.length)] ?? 0;
        const element = `<NEW_${name}>${text}</NEW_${name}>`;
        const changed = message(xml.slice(0, at) + element + xml.slice(at), native.key);
        for (const sent of resent(changed)) expect(sent.xml).toBe(bodyOf(changed));
      }),
    );
  });

  test.each(events)('keeps an element that nobody knows in %s', (_name, given) => {
    const { native } = opennebulaCodec.redact(given);
    const element = '<NEW_IN_2031><STATE><![CDATA[dreaming]]></STATE></NEW_IN_2031>';
    const xml = bodyOf(native)
      .replace(/<VIADUCT>.*?<\/VIADUCT>(?=<\/HOOK_MESSAGE>$)/s, '')
      .replace(/(?=<\/HOOK_MESSAGE>$)/, element);
    const changed = message(xml, native.key);
    for (const sent of resent(changed)) expect(sent.xml).toBe(xml);
    expect(resent(changed).map(({ key }) => key)).toContain(native.key);
  });

  test('keeps a state that nobody knows, in body and keys', () => {
    const xml = xmlOf('vm-running.by-id').replace('<LCM_STATE>RUNNING', '<LCM_STATE>DREAMING');
    const sent = resent(message(xml, 'EVENT VM 42/ACTIVE/DREAMING '));
    expect(sent.map(({ key }) => key)).toEqual([
      'EVENT VM 42/ACTIVE/DREAMING ',
      'EVENT STATE VM/ACTIVE/DREAMING/42 ',
    ]);
  });

  test('sends a body without a proper end as it is, and says that the trail is lost', () => {
    const xml = xmlOf('api-vm-update-malformed').replace('</HOOK_MESSAGE>', '');
    const native = message(xml, 'EVENT API one.vm.update 1');
    const result = opennebulaCodec.encode(decodeOne(native).event, { ...WORLD, native });
    expect(result).toMatchObject({
      ok: true,
      value: { natives: [native], losses: [{ path: 'trail', reason: 'unsupported' }] },
    });
  });
});
