/** The reference page of the configuration, made from the schemas. */
import {
  ADAPTERS,
  BROKER_FIELDS,
  ROUTE_FIELDS,
  SINK_FIELDS,
  SOURCE_FIELDS,
  typeName,
} from '@viaduct/broker';
import type { AnyConfigSchema, AnySinkKind, AnySourceKind, ConfigField } from '@viaduct/core';
import { FIELDS, SHORT_NAMES } from '@viaduct/routing';
import { format, resolveConfig } from 'prettier';

type Fields = Pick<AnyConfigSchema, 'properties' | 'required'>;

const INTRODUCTION = `<!-- Made by tools/generate-config-reference.ts from the schemas: do not edit by hand. -->

# Configuration

One YAML file with four sections: \`broker\`, \`sources\`, \`sinks\`, \`routes\`. \`viaduct check FILE\` says
everything that is wrong with one at once: an unknown key is an error, and each problem comes with its
line and what to write instead. [examples](../examples) are configurations to start from.

- **Values from outside.** \`\${NAME}\` is an environment variable, \`\${NAME:-default}\` has a default for
  one that is not set or empty, \`\${file:PATH}\` is the text of a file without its last line break (a
  mounted secret). \`$\${\` stands for a plain \`\${\`. They are filled in after the YAML is read, so a value
  cannot change the structure of the file, and are read as the type of their key. In a URL, percent-encode
  what is special there. What was filled in, and what is marked secret below, is never printed.
- **Paths** begin at the folder of the file.
- **Lists** of one may be written without brackets where the type says so.
- YAML anchors and merge keys (\`<<: *common\`) work.

Keys marked _advanced_ rarely need a value.
`;

const MATCHING = `### match

A condition is a field and what it must be; all conditions of a route must hold.

| pattern | matches |
| --- | --- |
| \`failed\` | exactly this text, number, \`true\` or \`false\` |
| \`'web-*'\` | a glob: \`*\` any run of characters, \`?\` one; \`\\\` before a character means that character |
| \`[failed, unknown]\` | any of these; for a field that is a list, any of its elements |
| \`'>=warning'\` | at least so severe (\`severity\`, \`data.alarm.severity\`) |
| \`null\` | an event that does not have the field |
| \`{ not: … }\` | everything else, also an event that does not have the field |

A field is one of these names, or a path into the event such as \`data.attributes.vcpus\`:
`;

function matchTable(): string {
  const rows = Object.entries(SHORT_NAMES).map(([name, paths]) => {
    const words = paths.flatMap((path) => FIELDS[path]?.words ?? []);
    const shown = [...new Set(words)].map((word) => `\`${word}\``).join(' ');
    return `| \`${name}\` | ${paths.map((path) => `\`${path}\``).join(', ')} | ${shown} |`;
  });
  return ['| name | field | values |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The whole page, formatted as the repository's documents are. */
export async function configurationReference(): Promise<string> {
  const parts = [
    INTRODUCTION,
    '## broker\n',
    table(BROKER_FIELDS),
    ...nested(BROKER_FIELDS, 'broker'),
    '## sources\n\nEach source has a name (letters, digits, `.`, `_`, `-`) and these keys, beside the ' +
      'ones of its adapter:\n',
    table(SOURCE_FIELDS),
    '## sinks\n\nEach sink has a name and these keys, beside the ones of its adapter:\n',
    table(SINK_FIELDS),
    '## routes\n\nA list. An event goes to the sinks of every route that it matches, to each once. ' +
      'Where it goes is decided when it is received and stored with it: a change of routes ' +
      'concerns new events only.\n',
    table(ROUTE_FIELDS),
    MATCHING,
    matchTable(),
    ...(await adapterSections()),
  ];
  const text = parts.join('\n');
  const file = new URL('../docs/configuration.md', import.meta.url).pathname;
  return format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
}

async function adapterSections(): Promise<readonly string[]> {
  const adapters = await Promise.all(ADAPTERS.map((entry) => entry.load()));
  return adapters.flatMap((adapter) => [
    `## adapter ${adapter.name}\n\n${adapter.summary} (${adapter.stability})\n`,
    ...kindSections('source', adapter.name, adapter.sources),
    ...kindSections('sink', adapter.name, adapter.sinks),
  ]);
}

function kindSections(
  role: 'source' | 'sink',
  adapter: string,
  kinds: Readonly<Record<string, AnySourceKind<unknown> | AnySinkKind<unknown>>>,
): readonly string[] {
  return Object.entries(kinds).flatMap(([kindName, kind]) => {
    const { config } = kind;
    const name = kindName === 'default' ? adapter : `${adapter}.${kindName}`;
    const variants = 'variants' in kind ? (kind.variants ?? []) : [];
    const declared = [
      `_${words(kind.capabilities)}_`,
      ...variants.map(({ when, capabilities }) => `With \`${when}\`: _${words(capabilities)}_`),
    ];
    return [
      `### ${role} ${name}\n\n${config.description}\n\n${declared.join('\n\n')}\n`,
      table(config),
      ...nested(config, ''),
    ];
  });
}

function words(capabilities: object): string {
  const declared = Object.entries(capabilities).map(([key, value]) => `${key}: ${String(value)}`);
  return declared.join(' · ');
}

/** A table for each mapping within. */
function nested(fields: Fields, path: string): readonly string[] {
  return Object.entries(fields.properties).flatMap(([name, field]) => {
    const inner = path === '' ? name : `${path}.${name}`;
    if (field.type === 'array' && field.items.type === 'object') {
      const each = `${inner}[]`;
      return [`\n\`${each}\`:\n`, table(field.items), ...nested(field.items, each)];
    }
    if (field.type !== 'object' || Object.keys(field.properties).length === 0) return [];
    return [`\n\`${inner}\`:\n`, table(field), ...nested(field, inner)];
  });
}

function table(fields: Fields): string {
  const rows = Object.entries(fields.properties).map(([name, field]) => {
    const isRequired = fields.required?.includes(name) === true;
    const cells = [`\`${name}\``, typeCell(field), defaultCell(field, isRequired), textCell(field)];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| key | type | default | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}

function typeCell(field: ConfigField): string {
  const isSingle = field.type === 'array' && field.single === true;
  const limits = field.type === 'integer' || field.type === 'number' ? limitsOf(field) : '';
  return `${typeName(field)}${isSingle ? ', or one' : ''}${limits}`;
}

function limitsOf({ minimum, maximum }: { minimum?: number; maximum?: number }): string {
  if (minimum !== undefined && maximum !== undefined) return ` ${minimum}–${maximum}`;
  if (minimum !== undefined) return `, ${minimum} or more`;
  return maximum === undefined ? '' : `, ${maximum} or less`;
}

function defaultCell(field: ConfigField, isRequired: boolean): string {
  if (isRequired) return '**required**';
  if (field.default === undefined) return '';
  const unit = field.unit === undefined ? '' : ` ${field.unit}`;
  return `\`${JSON.stringify(field.default)}\`${unit}`;
}

function textCell(field: ConfigField): string {
  const marks = [
    field.advanced === true ? '_advanced_' : '',
    field.secret === true ? '_secret_' : '',
  ].filter((mark) => mark !== '');
  const examples = field.examples?.map((example) => `\`${JSON.stringify(example)}\``).join(', ');
  return [
    field.description,
    examples === undefined ? '' : `For example ${examples}.`,
    marks.length === 0 ? '' : `(${marks.join(', ')})`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
