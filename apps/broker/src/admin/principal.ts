/** Who asks, found out by a token or a password in constant time. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AdminRole, AdminToken, AdminUser } from '../config/read-admin.ts';
import { BrokerError } from '../errors.ts';

/** Somebody who was recognised. */
export interface Principal {
  /** As the audit log writes it: `local`, `anonymous`, `token:ci`, `user:ada`. */
  readonly who: string;
  readonly role: AdminRole;
}

/** The cost of a password's hash: 32 MiB and some 60 ms, as OWASP recommends for scrypt. */
const SCRYPT = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** Longest password that is looked at, in characters. */
export const PASSWORD_LENGTH_MAX = 256;

/** Longest token that is looked at, in characters. */
export const TOKEN_LENGTH_MAX = 512;

const derive: (password: string, salt: Buffer) => Promise<Buffer> = (password, salt) =>
  (promisify(scrypt) as (...parameters: readonly unknown[]) => Promise<Buffer>)(
    password,
    salt,
    HASH_BYTES,
    SCRYPT,
  );

/** Knows tokens. */
export interface TokenBook {
  readonly size: number;
  /** Compares with every token, whichever fits, so that time tells nothing. */
  find(token: string): Principal | undefined;
}

/**
 * Reads the tokens. A file that is missing is made with a fresh token, which `tell` is given once.
 * Throws a `BrokerError` when a file cannot be read or made, or holds no token.
 */
export function createTokenBook(
  tokens: readonly AdminToken[],
  tell: (name: string, token: string, file: string) => void,
): TokenBook {
  const known = tokens.map(({ name, role, token, file }) => ({
    principal: { who: `token:${name}`, role },
    digest: digestOf(token ?? (file === undefined ? '' : tokenIn(name, file, tell))),
  }));
  return {
    size: known.length,
    find: (token) => {
      const digest = digestOf(token.slice(0, TOKEN_LENGTH_MAX));
      const matches = known.filter((one) => timingSafeEqual(one.digest, digest));
      return matches[0]?.principal;
    },
  };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

const TOKEN_BYTES = 32;

/** Shortest token in a file, as in the configuration. */
const TOKEN_LENGTH_MIN = 22;

function tokenIn(
  name: string,
  file: string,
  tell: (name: string, token: string, file: string) => void,
): string {
  try {
    const fresh = randomBytes(TOKEN_BYTES).toString('base64url');
    try {
      writeFileSync(file, `${fresh}\n`, { mode: 0o600, flag: 'wx' });
      tell(name, fresh, file);
      return fresh;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = readFileSync(file, 'utf8').trim();
    if (text.length < TOKEN_LENGTH_MIN) throw new Error(`it holds no token of 22 characters`);
    return text;
  } catch (error) {
    const message = `the token file ${file} of "${name}": ${(error as Error).message}`;
    throw new BrokerError('VIA_ADMIN_FILE', message, { cause: error });
  }
}

/** Knows passwords. */
export interface PasswordBook {
  readonly size: number;
  /** Takes as long for a name that nobody has. */
  find(name: string, password: string): Promise<Principal | undefined>;
}

/** Keeps hashes only: a password in the clear is hashed here and forgotten. */
export async function createPasswordBook(users: readonly AdminUser[]): Promise<PasswordBook> {
  const known = await Promise.all(
    users.map(async ({ name, role, password }) => ({
      name,
      principal: { who: `user:${name}`, role },
      ...(parseHash(password) ?? (await hashOf(password))),
    })),
  );
  const nobody = { salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  return {
    size: known.length,
    find: async (name, password) => {
      const user = known.find((one) => one.name === name);
      const { salt, hash } = user ?? nobody;
      const derived = await derive(password.slice(0, PASSWORD_LENGTH_MAX), salt);
      return timingSafeEqual(derived, hash) ? user?.principal : undefined;
    },
  };
}

interface Hashed {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

async function hashOf(password: string): Promise<Hashed> {
  const salt = randomBytes(SALT_BYTES);
  return { salt, hash: await derive(password, salt) };
}

function parseHash(text: string): Hashed | undefined {
  const [, salt = '', hash = ''] = /^scrypt\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
  const bytes = { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
  return bytes.salt.length >= SALT_BYTES && bytes.hash.length === HASH_BYTES ? bytes : undefined;
}
