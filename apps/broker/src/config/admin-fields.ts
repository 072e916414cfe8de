/** The keys of `broker.admin`: who may ask a running broker, and where. */
import type { ConfigField } from '@viaduct/core';

/** Names of people and programs, as the audit log writes them. */
const WHO: ConfigField = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$',
  description: 'Who it is, for the audit log.',
};

const ROLE: ConfigField = {
  type: 'string',
  enum: ['viewer', 'operator'],
  default: 'viewer',
  description: '`viewer` sees everything and changes nothing; `operator` may do all.',
};

/** Shortest token, in characters: 128 random bits in Base64. */
const TOKEN_LENGTH_MIN = 22;

const TOKENS: ConfigField = {
  type: 'array',
  description:
    'Who may call the API with `Authorization: Bearer …`; the console takes a token, too.',
  default: [],
  items: {
    type: 'object',
    description: 'One of them, with `token` or `file`.',
    properties: {
      name: WHO,
      role: ROLE,
      token: {
        type: 'string',
        minLength: TOKEN_LENGTH_MIN,
        secret: true,
        description: 'The token: `openssl rand -base64 32` makes a good one.',
      },
      file: {
        type: 'string',
        format: 'path',
        description:
          'A file that holds the token. Where it is missing it is made with a fresh token, which ' +
          'is shown once on standard error.',
      },
    },
    required: ['name'],
  },
};

const USERS: ConfigField = {
  type: 'array',
  description: 'Who may sign in to the console with a password.',
  default: [],
  items: {
    type: 'object',
    description: 'One of them.',
    properties: {
      name: WHO,
      role: ROLE,
      password: {
        type: 'string',
        minLength: 12,
        secret: true,
        description:
          'The password, or its hash as `scrypt$SALT$HASH` (16 and 32 bytes in Base64; N 32768, ' +
          'r 8, p 1).',
      },
    },
    required: ['name', 'password'],
  },
};

/** The section `broker.admin`. */
export const ADMIN_FIELD: ConfigField = {
  type: 'object',
  description:
    'The admin API and its console. Commands reach a running broker by `admin.sock` in its data ' +
    'folder, which is always made and only its owner can use. See docs/admin-api.md.',
  properties: {
    listen: {
      type: 'string',
      pattern: '^(none|(\\[[0-9a-fA-F:.]+\\]|[^:\\s\\[\\]]+):\\d{1,5})$',
      default: '127.0.0.1:8080',
      description:
        'Address and port, or `none`. Beyond loopback it needs `tokens` or `users`. Where nothing ' +
        'is written and port 8080 is taken, the broker runs on without it and says so.',
    },
    hosts: {
      type: 'array',
      items: {
        type: 'string',
        pattern: '^[A-Za-z0-9.:_\\[\\]-]+$',
        description: 'A name or name:port.',
      },
      single: true,
      default: [],
      advanced: true,
      examples: [['viaduct.example.org']],
      description:
        'Further names by which it is reached, behind a proxy or by a name of this machine. ' +
        'Requests for any other host are refused: they come from a page that had its name rebound.',
    },
    tokens: TOKENS,
    users: USERS,
    sessionMs: {
      type: 'integer',
      minimum: 60_000,
      maximum: 30 * 86_400_000,
      default: 12 * 3_600_000,
      unit: 'ms',
      advanced: true,
      description: 'How long somebody stays signed in to the console.',
    },
    tls: {
      type: 'object',
      description: 'TLS for `listen`; renewed files are used within a minute.',
      properties: {
        certificate: { type: 'string', format: 'path', description: 'Certificate chain, PEM.' },
        key: { type: 'string', format: 'path', description: 'Its key, PEM.' },
      },
      required: ['certificate', 'key'],
    },
  },
};
