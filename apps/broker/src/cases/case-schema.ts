/** The form of a case file: what editors complete, and what reading holds it to. */
import type { JsonSchema } from '../config/json-schema.ts';

const TEXT: JsonSchema = { type: 'string', minLength: 1 };

/** A list, or a word that stands for one. */
function list(items: JsonSchema): JsonSchema {
  const enumeration = { enum: ['nothing', 'any'] };
  return { if: { type: 'array' }, then: { type: 'array', items }, else: enumeration };
}

const INPUT: JsonSchema = {
  type: 'object',
  description:
    'A message that a source receives: its time, and one of "message", "text", "file", ' +
    '"base64", "hex".',
  properties: {
    source: { ...TEXT, description: 'The name of the source in the configuration.' },
    at: {
      type: 'string',
      description: 'When it is received: 2026-01-31T12:00:00Z. Default: when the one before was.',
    },
    after: { type: 'string', description: 'So long after the one before: 250ms, 5s, 10m, 2h, 1d.' },
    message: { type: 'object', description: 'The message in the JSON form of the dialect.' },
    text: { ...TEXT, description: 'The bare body: XML, or JSON as a text.' },
    file: { ...TEXT, description: 'A file of messages, one a line or bare; beside this file.' },
    base64: { ...TEXT, description: 'The bytes as they come: a datagram, a body.' },
    hex: { ...TEXT, description: 'The same in hexadecimal digits: 30 2e 02 01 …' },
    redelivered: {
      type: 'boolean',
      description: 'The peer says that it may have delivered it before.',
    },
  },
  required: ['source'],
  additionalProperties: false,
};

const LETTER: JsonSchema = {
  type: 'object',
  description: 'What is named here is compared.',
  properties: {
    stage: { type: 'string', enum: ['receive', 'decode', 'route', 'encode', 'send', 'hook'] },
    code: { ...TEXT, description: 'The error code: VIA_OPENNEBULA_XML_MALFORMED.' },
    source: TEXT,
    sink: TEXT,
    reason: { ...TEXT, description: 'The sentence; "<any>" stands for any part of it.' },
  },
  additionalProperties: false,
};

const LOSS: JsonSchema = {
  type: 'object',
  properties: { path: TEXT, reason: TEXT },
  required: ['path'],
  additionalProperties: false,
};

const CASE: JsonSchema = {
  type: 'object',
  properties: {
    name: { ...TEXT, description: 'What must be so, in a sentence.' },
    at: {
      type: 'string',
      description: 'When the first message is received. Default: 2026-01-01T00:00:00Z.',
    },
    in: {
      type: 'array',
      minItems: 1,
      items: INPUT,
      description: 'What is received, in this order.',
    },
    wait: {
      type: 'string',
      description: 'How long time goes on after the last message, at least: 10m. Nobody waits.',
    },
    out: {
      type: 'object',
      description:
        'What each sink sends: a list of messages in the JSON form of its dialect, "nothing" or ' +
        '"any". A sink that is not named sends nothing. Bodies may be written as what they say.',
      additionalProperties: list({
        if: { type: 'string' },
        then: { const: '<any>' },
        else: { type: 'object' },
      }),
    },
    deadLetters: {
      description: 'What could not be done: a list, "nothing" (the default) or "any".',
      ...list(LETTER),
    },
    losses: {
      type: 'object',
      description: 'What the dialects of these sinks could not say.',
      additionalProperties: list(LOSS),
    },
  },
  required: ['name', 'in'],
  additionalProperties: false,
};

/** JSON Schema of a case file. */
export const CASE_FILE_SCHEMA: JsonSchema = {
  title: 'Cases for viaduct test',
  type: 'object',
  properties: {
    configuration: {
      ...TEXT,
      description: 'The configuration that is tested, beside this file. The option -c comes first.',
    },
    environment: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'What ${…} in the configuration stands for: no secret is needed to test it.',
    },
    cases: { type: 'array', minItems: 1, items: CASE },
  },
  required: ['cases'],
  additionalProperties: false,
};
