/** The JSON Schema of a configuration file, for editors: what they complete, explain and mark. */
import type { AnyConfigSchema, ConfigField } from '@viaduct/core';
import type { AdapterEntry } from '../adapters.ts';
import type { Fields, JsonSchema } from './json-schema.ts';
import { BROKER_FIELDS, ROUTE_FIELDS, SINK_FIELDS, SOURCE_FIELDS } from './sections.ts';

/**
 * A value that comes from outside is a text until it is filled in, whatever its key holds, so every
 * key takes one.
 */
const FILLED_IN: JsonSchema = { type: 'string', pattern: '\\$\\{' };

/** The schema of the whole file, from the schemas that reading it goes by. */
export async function editorSchema(adapters: readonly AdapterEntry[]): Promise<JsonSchema> {
  const loaded = await Promise.all(adapters.map((entry) => entry.load()));
  const kinds = (of: 'sources' | 'sinks'): Kinds =>
    loaded.flatMap((adapter) =>
      Object.entries(adapter[of]).map(([kind, { config }]): readonly [string, AnyConfigSchema] => [
        kind === 'default' ? adapter.name : `${adapter.name}.${kind}`,
        config,
      ]),
    );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of a Viaduct broker',
    type: 'object',
    properties: {
      broker: objectSchema(BROKER_FIELDS),
      sources: {
        type: 'object',
        additionalProperties: endpointSchema(SOURCE_FIELDS, kinds('sources')),
      },
      sinks: { type: 'object', additionalProperties: endpointSchema(SINK_FIELDS, kinds('sinks')) },
      routes: { type: 'array', items: routeSchema() },
    },
    additionalProperties: false,
    required: ['sources', 'sinks', 'routes'],
  };
}

type Kinds = readonly (readonly [name: string, config: AnyConfigSchema])[];

/** Which other keys there are depends on `adapter`: one branch for each kind. */
function endpointSchema(common: Fields, kinds: Kinds): JsonSchema {
  return {
    type: 'object',
    properties: {
      adapter: {
        enum: kinds.map(([name]) => name),
        description: common.properties['adapter']?.description,
      },
    },
    required: ['adapter'],
    allOf: kinds.map(([name, config]) => {
      const { adapter: _, ...rest } = common.properties;
      const then = objectSchema({
        properties: { ...rest, ...config.properties },
        required: [...(config.required ?? [])],
      });
      const properties = { ...(then['properties'] as object), adapter: { const: name } };
      const condition = { properties: { adapter: { const: name } }, required: ['adapter'] };
      return { if: condition, then: { ...then, description: config.description, properties } };
    }),
  };
}

/** What `match` and `set` hold is the routing package's to say: any field of an event. */
function routeSchema(): JsonSchema {
  const schema = objectSchema(ROUTE_FIELDS);
  const properties = schema['properties'] as Readonly<Record<string, JsonSchema>>;
  const open = (name: string) => ({ ...properties[name], additionalProperties: true });
  return { ...schema, properties: { ...properties, match: open('match'), set: open('set') } };
}

function objectSchema({ properties, required = [] }: Fields): JsonSchema {
  const entries = Object.entries(properties).map(([name, field]) => [name, fieldSchema(field)]);
  return {
    type: 'object',
    properties: Object.fromEntries(entries) as object,
    additionalProperties: false,
    required,
  };
}

function fieldSchema(field: ConfigField): JsonSchema {
  const { description, unit, examples } = field;
  const about = {
    description: unit === undefined ? description : `${description} Unit: ${unit}.`,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(examples === undefined ? {} : { examples }),
  };
  return { ...about, ...valueSchema(field) };
}

function valueSchema(field: ConfigField): JsonSchema {
  switch (field.type) {
    case 'object':
      return objectSchema(field);
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(field.values) };
    case 'array': {
      const items = fieldSchema(field.items);
      const list = {
        type: 'array',
        items,
        ...(field.minItems === undefined ? {} : { minItems: field.minItems }),
      };
      return field.single === true ? { anyOf: [list, items] } : list;
    }
    case 'string':
      return textSchema(field);
    case 'integer':
    case 'number': {
      const { type, minimum, maximum } = field;
      const limits = {
        ...(minimum === undefined ? {} : { minimum }),
        ...(maximum === undefined ? {} : { maximum }),
      };
      return { anyOf: [{ type, ...limits }, FILLED_IN] };
    }
    case 'boolean':
      return { anyOf: [{ type: 'boolean' }, FILLED_IN] };
  }
}

function textSchema(field: ConfigField & { readonly type: 'string' }): JsonSchema {
  const { enum: words, pattern, minLength } = field;
  const limits = {
    ...(words === undefined ? {} : { enum: words }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(minLength === undefined ? {} : { minLength }),
  };
  const text = { type: 'string', ...limits };
  return words === undefined && pattern === undefined ? text : { anyOf: [text, FILLED_IN] };
}
