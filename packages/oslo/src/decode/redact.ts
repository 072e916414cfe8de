import {
  MASK,
  plainName,
  redactJsonBytes,
  redactJsonText,
  SECRET_NAME_LENGTH_MAX,
  type FoundSecret,
  type Redacted,
  type SecretNames,
} from '@viaduct/core';
import { packedText } from './body.ts';
import { COMPRESSION_HEADER, type OsloMessage } from '../message.ts';

/**
 * Replaces the secrets of a message, on its raw text, at every depth of nested JSON texts (of a
 * service catalog the whole: it holds end points and nothing else worth keeping).
 *
 * A compressed body is unpacked first; if it holds a secret, the message goes on unpacked. What
 * cannot be unpacked cannot be looked through, so the whole of it counts as a secret.
 */
export function redact(native: OsloMessage): Redacted<OsloMessage> {
  const { body } = native;
  const unpacked = typeof body === 'string' ? undefined : packedText(native, body);
  if (unpacked === undefined) {
    const found =
      typeof body === 'string' ? redactJsonText(body, SECRETS) : redactJsonBytes(body, SECRETS);
    if (found === undefined) return { native, redactions: [] };
    return { native: { ...native, body: found.body }, redactions: found.redactions };
  }
  if (!unpacked.ok) return { native: { ...native, body: MASK }, redactions: [{ path: 'body' }] };
  const found = redactJsonText(unpacked.value, SECRETS);
  if (found === undefined) return { native, redactions: [] };
  return {
    native: { ...withoutCompression(native), body: found.body },
    redactions: found.redactions,
  };
}

/** The same message, saying no longer that its body is compressed. */
function withoutCompression(native: OsloMessage): OsloMessage {
  const { headers } = native.properties ?? {};
  if (headers === undefined || !Object.hasOwn(headers, COMPRESSION_HEADER)) return native;
  const kept = Object.entries(headers).filter(([name]) => name !== COMPRESSION_HEADER);
  return { ...native, properties: { ...native.properties, headers: Object.fromEntries(kept) } };
}

const SECRET_PARTS = [
  'password',
  'passwd',
  'pswd',
  'passphrase',
  'adminpass',
  'newpass',
  'authtoken',
  'secret',
  'privatekey',
  'servicecatalog',
  'fernetkey',
  'encryptedkey',
];

const SECRET_ENDINGS = [
  'token',
  'psk',
  'cookie',
  'userdata',
  'configdrive',
  'credential',
  'credentials',
];

/** Whether a member of this name holds a secret. */
function isSecretName(name: string): boolean {
  const plain = plainName(name);
  return (
    SECRET_PARTS.some((part) => plain.includes(part)) ||
    SECRET_ENDINGS.some((ending) => plain.endsWith(ending))
  );
}

/**
 * The same in Python's own notation, `{u'auth_token': u'…'}`: what a service puts into a message
 * with `str()` (nova's legacy exceptions do). Ends at the latest with the JSON text around it.
 */
function reprSecretAt(text: string, index: number): FoundSecret | undefined {
  const from = Math.max(0, index - SECRET_NAME_LENGTH_MAX);
  const open = from + text.slice(from, index).lastIndexOf("'");
  if (open < from) return undefined;
  REPR_MEMBER.lastIndex = open;
  const match = REPR_MEMBER.exec(text);
  const name = match?.[1];
  if (name === undefined || !isSecretName(name)) return undefined;
  const start = REPR_MEMBER.lastIndex;
  const quote = /(?<!\\)'|\\*"/g;
  quote.lastIndex = start;
  const end = quote.exec(text)?.index ?? text.length;
  const value = text.slice(start, end);
  return { name, start, end, mask: value === '' || value === MASK ? undefined : MASK };
}

const REPR_MEMBER = /'([\w-]{1,128})'\s*:\s*[ub]?'/y;

/** oslo_utils' list, keystone's contexts, ironic's drivers, neutron's VPN. */
const SECRETS: SecretNames = {
  hint: /token|passw|pswd|passphrase|secret|private_?key|credential|service_?catalog|psk|admin_?pass|new_?pass|user_?data|config_?drive|fernet|encrypted_?key|cookie/gi,
  isSecret: isSecretName,
  otherSecretAt: reprSecretAt,
};
