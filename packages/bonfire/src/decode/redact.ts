import { plainName, redactJsonBytes, redactJsonText } from '@viaduct/core';
import type { Redacted, SecretNames } from '@viaduct/core';
import type { BonfireMessage } from '../message.ts';

/**
 * Replaces the secrets of a message on its raw text, at every depth of nested JSON texts. The
 * routing key under which the message came is no part of its body and stays: without it the message
 * could not be sent on.
 */
export function redact(native: BonfireMessage): Redacted<BonfireMessage> {
  const { body } = native;
  const found =
    typeof body === 'string' ? redactJsonText(body, SECRETS) : redactJsonBytes(body, SECRETS);
  if (found === undefined) return { native, redactions: [] };
  return { native: { ...native, body: found.body }, redactions: found.redactions };
}

/**
 * A compute's context holds `bonfire_credentials`, `bonfire_experiment_aggregator_password`,
 * `bonfire_experiment_routing_key` and ssh keys; an experiment's document `aggregator_password` and
 * `routing_key`. Whoever has the routing key reads and writes that experiment's messages.
 */
const SECRET_PARTS = [
  'password',
  'passwd',
  'passphrase',
  'credential',
  'secret',
  'privatekey',
  'sshkey',
  'authorizedkey',
  'routingkey',
  'apikey',
  'authkey',
];

/** Whether a member of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const plain = plainName(name);
  return SECRET_PARTS.some((part) => plain.includes(part)) || plain.endsWith('token');
}

const SECRETS: SecretNames = {
  hint: /passw|passphrase|credential|secret|token|private_?key|ssh|authori[sz]ed|routing|keys?["\\]/gi,
  isSecret: isSecretName,
};
