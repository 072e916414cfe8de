import type { AnyConfigSchema, ConfigField } from '@viaduct/core';

/** A JSON Schema, as a value. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What an object of fields is described by: a source kind, the section `broker`, a field. */
export type Fields = Pick<AnyConfigSchema, 'properties' | 'required'>;

/**
 * The JSON Schema of an object of fields. No other key is allowed: an unknown key is a misspelt
 * one. Where a list also takes one bare item, only the list is described: values are normalised
 * before they are validated (`normalise`).
 */
export function jsonSchemaOf(fields: Fields): JsonSchema {
  const properties = Object.entries(fields.properties);
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map(([name, field]) => [name, fieldSchema(field)])),
    additionalProperties: false,
    required: fields.required ?? [],
  };
}

function fieldSchema(field: ConfigField): JsonSchema {
  switch (field.type) {
    case 'object':
      return jsonSchemaOf(field);
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(field.values) };
    case 'array':
      return { type: 'array', items: fieldSchema(field.items), ...keywords(field, ['minItems']) };
    case 'string':
      return { type: 'string', ...keywords(field, ['enum', 'pattern', 'format', 'minLength']) };
    case 'integer':
    case 'number':
      return { type: field.type, ...keywords(field, ['minimum', 'maximum']) };
    case 'boolean':
      return { type: 'boolean' };
  }
}

function keywords<Name extends string>(
  field: { readonly [name in Name]?: unknown },
  names: readonly Name[],
): JsonSchema {
  return Object.fromEntries(
    names.filter((name) => field[name] !== undefined).map((name) => [name, field[name]]),
  );
}
