import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTERS } from '@viaduct/broker';
import {
  composeEvent,
  fail,
  ok,
  type CanonicalEvent,
  type Codec,
  type EncodeContext,
  type JsonObject,
  type JsonValue,
} from '@viaduct/core';
import { explain, fieldPaths, outputFields, translate } from '@viaduct/translation';
import { describe, expect, it } from 'vitest';
import { viaduct } from './viaduct-command.ts';

const matrix = join(import.meta.dirname, '../fixtures/matrix');
const message = (name: string) =>
  JSON.parse(readFileSync(join(matrix, `${name}.native.json`), 'utf8')) as JsonValue;

const AT = Date.parse('2026-01-31T12:00:00Z');
const CONTEXT = { sentAt: AT, attempt: 1, nonce: 'ab'.repeat(16), brokerId: 'b1' };

const EVENT: CanonicalEvent = composeEvent(
  {
    id: '7c6f2d5e-93a1-4a5f-8d2b-3f0f1f6f9a10',
    dialect: 'toy',
    source: 'toy://lab',
    nativetype: 'made',
    data: {
      resource: { kind: 'compute', id: '42', name: 'web', host: 'kvm1' },
      action: 'create',
      phase: 'end',
      severity: 'info',
      attributes: { memoryMiB: 2048, vcpus: 2 },
    },
  },
  { receivedAt: AT, system: 'lab', ordinal: 0 },
);

/** A dialect of which is known what depends on what. */
const TOY: Codec<JsonObject> = {
  dialect: 'toy',
  redact: (native) => ({ native, redactions: [] }),
  decode: () => fail({ code: 'VIA_TOY_NONE', message: 'not needed' }),
  encode: ({ data, time }, context) =>
    ok({
      natives: [
        {
          title: `${data.resource.name ?? ''} on ${data.resource.host ?? ''}`,
          gibibytes: Math.ceil((data.attributes?.memoryMiB ?? 0) / 1024),
          level: data.severity === 'critical' ? 2 : 1,
          owner: '',
          version: '1.0',
          nested: JSON.stringify({ at: time, once: context.nonce }),
          kept: context.native?.kept ?? '',
        },
      ],
      losses: [],
      invented: [
        { path: 'owner', rule: 'nobody known' },
        { path: 'tags', rule: 'none' },
      ],
    }),
  format: (native) => native,
  parse: (value) => ok(value as JsonObject),
};

function explainedToy(context: EncodeContext<JsonObject> = CONTEXT) {
  const encoded = TOY.encode(EVENT, context);
  if (!encoded.ok) throw new Error(encoded.error.message);
  return explain(TOY, EVENT, context, encoded.value);
}

function fieldsOf(explanation: ReturnType<typeof explainedToy>) {
  return new Map(explanation.messages[0]?.fields.map((field) => [field.path, field]));
}

describe('an explanation', () => {
  it('finds by experiment which fields each value came from', () => {
    const fields = fieldsOf(explainedToy());
    expect(fields.get('title')?.from).toEqual(['data.resource.name', 'data.resource.host']);
    expect(fields.get('gibibytes')?.from).toEqual(['data.attributes.memoryMiB']);
    expect(fields.get('level')?.from).toEqual(['data.severity']);
    expect(fields.get('nested.at')?.from).toEqual(['time']);
    expect(fields.get('version')?.from).toEqual([]);
  });

  it('tells what depends on the sending, and what a default filled in', () => {
    const explanation = explainedToy();
    expect(fieldsOf(explanation).get('nested.once')?.sending).toEqual(['nonce']);
    expect(fieldsOf(explanation).get('owner')?.invented).toBe('nobody known');
    expect(explanation.elsewhere).toEqual([{ path: 'tags', rule: 'none' }]);
  });

  it('tells what stands as it was received', () => {
    const fields = fieldsOf(
      explainedToy({ ...CONTEXT, native: { kept: 'yes', title: 'web on kvm1' } }),
    );
    expect(fields.get('kept')).toMatchObject({ from: [], received: true });
    expect(fields.get('title')).not.toHaveProperty('received');
  });

  it('names every field of the event but the constant ones', () => {
    expect(fieldPaths(EVENT)).toContain('data.attributes.vcpus');
    expect(fieldPaths(EVENT)).not.toContain('specversion');
  });

  it('accounts for every value that any dialect writes of a virtual machine', async () => {
    const codecs = await Promise.all(ADAPTERS.map((adapter) => adapter.loadCodec()));
    const from = codecs.find(({ dialect }) => dialect === 'opennebula');
    for (const to of codecs) {
      const world = { system: 'lab', at: AT, nonce: CONTEXT.nonce, ordinal: 0, explain: true };
      const result = translate(message('compute-running.opennebula'), {
        from: from as typeof to,
        to,
        ...world,
      });
      expect(result.ok).toBe(true);
      if (!result.ok) continue;
      const [explanation] = result.value.explain ?? [];
      const [native = {}] = result.value.natives;
      const paths = explanation?.messages[0]?.fields.map(({ path }) => path);
      expect(paths, to.dialect).toEqual([...outputFields(native).keys()]);
      const causes = explanation?.messages.flatMap(({ fields }) =>
        fields.flatMap(({ from }) => from),
      );
      const deciding = to === from ? 'id' : 'data.resource.id'; // a native message goes as it came
      expect(causes, to.dialect).toContain(deciding);
    }
  });
});

describe('the values of a message', () => {
  it('are found within texts: JSON in JSON, XML in base64', () => {
    const xml = '<A><B>1</B><B>2 &amp; 3</B><C/><D><![CDATA[<x>]]></D></A>';
    const form = { body: '{"inner": "{\\"deep\\": [1]}"}', content: btoa(xml) };
    expect(Object.fromEntries(outputFields(form))).toEqual({
      'body.inner.deep[0]': 1,
      'content/A/B': '1',
      'content/A/B[2]': '2 & 3',
      'content/A/C': '',
      'content/A/D': '<x>',
    });
  });

  it('are called by name in lists that name their elements', () => {
    const varbinds = ['1.3', '1.4'].map((oid) => ({ oid, value: 1 }));
    expect([...outputFields({ varbinds }).keys()]).toContain('varbinds[1.4].value');
    expect([...outputFields({ list: [{ oid: '1' }, { oid: '1' }] }).keys()]).toContain(
      'list[1].oid',
    );
  });

  it('stay whole where a text only looks like a document', () => {
    const form = { body: '{"a": NaN}', other: '<', third: '[1, 2', raw: '<>', content: '%%%' };
    expect(Object.fromEntries(outputFields(form))).toEqual(form);
  });

  it('are bounded, in number and in depth', () => {
    const many = { list: Array.from({ length: 10_000 }, (_, index) => index) };
    expect(outputFields(many).size).toBeLessThanOrEqual(4_096);
    let deep: JsonValue = 1;
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    expect(outputFields({ deep }).size).toBe(1);
  });
});

describe('viaduct translate --explain', () => {
  const input = `${JSON.stringify(message('compute-running.opennebula'))}\n`;
  const args = ['translate', '--from', 'opennebula', '--to', 'oslo', '--explain'];

  it('says field by field where each value came from, for people on standard error', async () => {
    const { code, stdout, stderr } = await viaduct(args, { input });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^stdin:1: opennebula to oslo$/m);
    expect(stderr).toMatch(/payload\.display_name\n {4}= ".+"\n {4}← from data\.resource\.name$/m);
    expect(stderr).toMatch(/^ {4}← invented: .+$/m);
    expect(stderr).toMatch(/^ {2}lost, unsupported: the target has no place for it\n {4}\S+$/m);
  });

  it('keeps within eighty columns', async () => {
    const { stderr } = await viaduct(args, { input });
    for (const line of stderr.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('adds "explain" to each line of --json', async () => {
    const { stdout } = await viaduct([...args, '--json'], { input });
    const { events, explain: explanations } = JSON.parse(stdout) as {
      events: { id: string }[];
      explain: { event: string; messages: { fields: object[] }[] }[];
    };
    expect(explanations).toHaveLength(1);
    expect(explanations[0]?.event).toBe(events[0]?.id);
    expect(explanations[0]?.messages[0]?.fields).toContainEqual({
      path: 'body.oslo.message.payload.instance_id',
      value: '42',
      from: ['data.resource.id'],
    });
  });
});
