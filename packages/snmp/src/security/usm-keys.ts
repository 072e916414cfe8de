import { createHash, type Hash } from 'node:crypto';
import type { AuthProtocol, PrivProtocol, SnmpUser } from './user.ts';

/** What the protocols are called in OpenSSL. */
const HASHES: Readonly<Record<AuthProtocol, string>> = {
  md5: 'md5',
  sha: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
};

/** How long the key of a cipher is, bytes. */
const CIPHER_KEY_BYTES: Readonly<Record<PrivProtocol, number>> = {
  aes: 16,
  aes256b: 32,
  aes256r: 32,
};

/** How much of the repeated password is hashed (RFC 3414 clause A.2). */
const EXPANDED_BYTES = 1024 * 1024;

/** Engines whose keys are kept for each user; others cost microseconds to make again. */
const ENGINES_MAX = 1_000;

/** The keys of one user at one engine. */
export interface LocalKeys {
  readonly auth: Buffer;
  /** Empty where the user has no cipher. */
  readonly priv: Buffer;
}

/**
 * The keys of one user. Hashing a password costs milliseconds and is done once, here; what depends
 * on the engine is done for each, so that a stranger who invents engines costs next to nothing.
 */
export class UserKeys {
  /** OpenSSL's name of the digest. */
  readonly hash: string;
  readonly #protocol: AuthProtocol;
  readonly #privProtocol: PrivProtocol | undefined;
  readonly #auth: Buffer;
  readonly #priv: Buffer | undefined;
  readonly #local = new Map<string, LocalKeys>();

  /** The user must have an authProtocol and its password. */
  constructor({ authProtocol = 'sha', authPassword = '', privProtocol, privPassword }: SnmpUser) {
    this.#protocol = authProtocol;
    this.hash = HASHES[authProtocol];
    this.#privProtocol = privProtocol;
    this.#auth = passwordKey(this.#digest(), authPassword);
    this.#priv = privPassword === undefined ? undefined : passwordKey(this.#digest(), privPassword);
  }

  /** The keys at an engine. */
  at(engineId: Uint8Array): LocalKeys {
    const name = Buffer.from(engineId).toString('hex');
    const known = this.#local.get(name);
    if (known !== undefined) return known;
    const auth = this.#localized(this.#auth, engineId);
    const keys = { auth, priv: this.#privKey(engineId) };
    if (this.#local.size >= ENGINES_MAX) this.#local.clear();
    this.#local.set(name, keys);
    return keys;
  }

  #digest(): Hash {
    return createHash(HASHES[this.#protocol]);
  }

  #localized(key: Buffer, engineId: Uint8Array): Buffer {
    return this.#digest().update(key).update(engineId).update(key).digest();
  }

  /** The localised key, extended where the cipher wants more than the digest gives. */
  #privKey(engineId: Uint8Array): Buffer {
    const protocol = this.#privProtocol;
    if (this.#priv === undefined || protocol === undefined) return Buffer.alloc(0);
    const length = CIPHER_KEY_BYTES[protocol];
    let key = this.#localized(this.#priv, engineId);
    while (key.length < length) {
      const more =
        protocol === 'aes256r' // Reeder: the key so far is the next password
          ? this.#localized(passwordKey(this.#digest(), key), engineId)
          : this.#digest().update(key).digest(); // Blumenthal: the hash of the key so far
      key = Buffer.concat([key, more]);
    }
    return key.subarray(0, length);
  }
}

/** RFC 3414 clause A.2: the hash of a mebibyte of the password, repeated. */
function passwordKey(hash: Hash, password: string | Buffer): Buffer {
  return hash.update(Buffer.alloc(EXPANDED_BYTES, password)).digest();
}
