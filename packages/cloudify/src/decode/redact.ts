import { plainName, redactJsonBytes, redactJsonText } from '@viaduct/core';
import type { Redacted, SecretNames } from '@viaduct/core';
import type { CloudifyMessage } from '../message.ts';

/**
 * Replaces the secrets of a message on its raw text, at every depth of nested JSON texts: the
 * token of the execution's creator (`rest_token`, a live key to the manager), and what has the name
 * of a secret among the parameters of a workflow.
 */
export function redact(native: CloudifyMessage): Redacted<CloudifyMessage> {
  const { body } = native;
  const found =
    typeof body === 'string' ? redactJsonText(body, SECRETS) : redactJsonBytes(body, SECRETS);
  if (found === undefined) return { native, redactions: [] };
  return { native: { ...native, body: found.body }, redactions: found.redactions };
}

const SECRET_PARTS =
  /passw|pswd|passphrase|secret|privatekey|sshkey|apikey|accesskey|authtoken|resttoken/;

const SECRET_ENDINGS = /(?:token|tokens|credential|credentials|cookie)$/;

/** Whether a member of this name holds a secret. */
function isSecretName(name: string): boolean {
  const plain = plainName(name);
  return SECRET_PARTS.test(plain) || SECRET_ENDINGS.test(plain);
}

/** An escaped letter may hide one of the words. */
const SECRETS: SecretNames = {
  hint: /token|passw|pswd|passphrase|secret|private_?key|ssh_?key|api_?key|access_?key|credential|cookie|\\u00[2-7]/gi,
  isSecret: isSecretName,
};
