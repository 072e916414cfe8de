import type { ConfigField } from '@viaduct/core';

/** A user of v3 (RFC 3414). Its level is the highest that its keys allow. */
export interface SnmpUser {
  readonly name: string;
  readonly authProtocol?: AuthProtocol;
  readonly authPassword?: string;
  readonly privProtocol?: PrivProtocol;
  readonly privPassword?: string;
}

/** Digests: RFC 3414 (md5, sha) and RFC 7860. */
const AUTH_PROTOCOLS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

/** One of {@link AUTH_PROTOCOLS}. */
export type AuthProtocol = (typeof AUTH_PROTOCOLS)[number];

/**
 * Ciphers: AES with 128 bits (RFC 3826), with 256 in the two ways that vendors extend the key
 * (`b` after Blumenthal, as net-snmp does; `r` after Reeder, as Cisco does). DES is not offered.
 */
const PRIV_PROTOCOLS = ['aes', 'aes256b', 'aes256r'] as const;

/** One of {@link PRIV_PROTOCOLS}. */
export type PrivProtocol = (typeof PRIV_PROTOCOLS)[number];

/** What a user may do. */
export type SecurityLevel = 'noAuthNoPriv' | 'authNoPriv' | 'authPriv';

/** The shortest password (RFC 3414 clause 11.2). */
const PASSWORD_LENGTH_MIN = 8;

/** The longest name (RFC 3414, usmUserName). */
const NAME_LENGTH_MAX = 32;

/** What is wrong with a user, for people; `undefined` for a good one. */
export function userProblem(user: SnmpUser): string | undefined {
  const { name, authProtocol, authPassword, privProtocol, privPassword } = user;
  const who = `user ${JSON.stringify(name)}`;
  if (name === '' || new TextEncoder().encode(name).length > NAME_LENGTH_MAX) {
    return `${who}: a name has 1 to ${NAME_LENGTH_MAX} bytes`;
  }
  for (const password of [authPassword, privPassword]) {
    if (password !== undefined && password.length < PASSWORD_LENGTH_MIN) {
      return `${who}: a password has at least ${PASSWORD_LENGTH_MIN} characters`;
    }
  }
  if ((authProtocol === undefined) !== (authPassword === undefined)) {
    return `${who}: authProtocol and authPassword belong together`;
  }
  if ((privProtocol === undefined) !== (privPassword === undefined)) {
    return `${who}: privProtocol and privPassword belong together`;
  }
  if (privProtocol !== undefined && authProtocol === undefined) {
    return `${who}: encryption needs authentication`;
  }
  return undefined;
}

/** The level of a user. */
export function levelOf({ authProtocol, privProtocol }: SnmpUser): SecurityLevel {
  if (authProtocol === undefined) return 'noAuthNoPriv';
  return privProtocol === undefined ? 'authNoPriv' : 'authPriv';
}

/** How long the digest of a protocol is in a message, bytes (RFC 3414, RFC 7860 clause 4). */
export const DIGEST_BYTES: Readonly<Record<AuthProtocol, number>> = {
  md5: 12,
  sha: 12,
  sha224: 16,
  sha256: 24,
  sha384: 32,
  sha512: 48,
};

/** Net-snmp's names of the protocols, for the line that makes the user known to it. */
const DIRECTIVE_NAMES: Readonly<Record<AuthProtocol | PrivProtocol, string>> = {
  md5: 'MD5',
  sha: 'SHA',
  sha224: 'SHA-224',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
  aes: 'AES',
  aes256b: 'AES-256',
  aes256r: 'AES-256-C',
};

/**
 * The line that makes a user of traps known to net-snmp's snmptrapd (snmpd.examples(5)), with its
 * passwords left for the operator to fill in.
 */
export function createUserLine(user: SnmpUser, engineId: string): string {
  const { name, authProtocol, privProtocol } = user;
  const auth = authProtocol ? ` ${DIRECTIVE_NAMES[authProtocol]} "<authPassword>"` : '';
  const priv = privProtocol ? ` ${DIRECTIVE_NAMES[privProtocol]} "<privPassword>"` : '';
  return `createUser -e 0x${engineId} ${name}${auth}${priv}`;
}

/** The fields of a user in a configuration. */
export const USER_FIELDS: Extract<ConfigField, { readonly type: 'object' }> = {
  type: 'object',
  description:
    'A user of SNMPv3. With an authProtocol messages are signed, with a privProtocol encrypted.',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, description: 'Its name, at most 32 bytes.' },
    authProtocol: {
      type: 'string',
      enum: [...AUTH_PROTOCOLS],
      description: 'The digest. Take sha256 or longer where the peer knows it.',
    },
    authPassword: {
      type: 'string',
      minLength: PASSWORD_LENGTH_MIN,
      secret: true,
      description: 'The password for the digest, at least eight characters.',
    },
    privProtocol: {
      type: 'string',
      enum: [...PRIV_PROTOCOLS],
      description:
        'The cipher. aes256b extends the key as net-snmp does, aes256r as Cisco does; no ' +
        'standard says how.',
    },
    privPassword: {
      type: 'string',
      minLength: PASSWORD_LENGTH_MIN,
      secret: true,
      description: 'The password for the cipher, at least eight characters.',
    },
  },
};
