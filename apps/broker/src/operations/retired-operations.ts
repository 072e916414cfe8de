/** Sinks that were taken out of the configuration: what they are still owed, and dropping them. */
import type { LocalScope } from './local-operations.ts';
import { BrokerError } from '../errors.ts';
import type {
  DropRequest,
  DropResult,
  RetiredSinkState,
  RetiredSinkOperations,
} from './operations.ts';
import { badRequest } from './today.ts';

/** {@link RetiredSinkOperations} on the journal itself. */
export function retiredSinkOperations(scope: LocalScope): RetiredSinkOperations {
  return {
    list: () => list(scope),
    drop: (request) => drop(scope, request),
  };
}

async function list({ reader, present }: LocalScope): Promise<readonly RetiredSinkState[]> {
  // Only its owner knows to the last what was settled.
  const journal = present ?? reader;
  const [known, { subscriptions }] = [await journal.subscriptions(), await journal.stats()];
  return known.flatMap(({ name, retired }): RetiredSinkState[] => {
    if (!retired) return [];
    const { pending = 0, parked = 0, oldestAt } = subscriptions[name] ?? {};
    return [{ name, events: pending, parked, ...(oldestAt === undefined ? {} : { oldestAt }) }];
  });
}

async function drop(
  scope: LocalScope,
  { name, reason, events = 0, dryRun = false }: DropRequest,
): Promise<DropResult> {
  if (reason.trim() === '') throw badRequest('say why: the reason is what is left of a sink');
  const journal = scope.journal();
  const found = (await list(scope)).find((one) => one.name === name);
  if (found === undefined) throw await whyNot(scope, name);
  if (dryRun) return { ...found, dropped: false };
  if (found.events > events) throw owed(found);
  await journal.drop(name);
  scope.logger.info({ sink: name, events: found.events, reason }, 'a retired sink was dropped');
  scope.note('sinks drop', { name, events: found.events, reason });
  return { ...found, dropped: true };
}

async function whyNot({ reader }: LocalScope, name: string): Promise<BrokerError> {
  const isKnown = (await reader.subscriptions()).some((one) => one.name === name);
  if (!isKnown) return badRequest(`there is no retired sink "${name}"`);
  const message =
    `"${name}" is in use: take it out of the configuration and reload; then it is retired and ` +
    'can be dropped';
  return new BrokerError('VIA_BROKER_SINK_IN_USE', message);
}

function owed({ name, events, oldestAt }: RetiredSinkState): BrokerError {
  const since = oldestAt === undefined ? '' : `, the oldest of ${new Date(oldestAt).toISOString()}`;
  const message =
    `"${name}" is still owed ${String(events)} events${since}. They are lost to it when it is ` +
    `dropped: to do that, say that ${String(events)} may be lost. Or write it into the ` +
    'configuration again, and it gets them';
  return new BrokerError('VIA_BROKER_SINK_OWED', message);
}
