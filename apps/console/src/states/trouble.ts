/** What is the matter, by one rule for every view. */
import type { RouteBody, SinkBody, SourceBody, StatusBody } from '@viaduct/broker/admin-api';
import { count } from './figures.ts';

/** How bad it is. */
export type Level = 'good' | 'waiting' | 'trouble';

/** How bad, and a few words why. */
export interface Trouble {
  readonly level: Level;
  readonly text: string;
}

/** What a state of the API means. */
export const STATES: Readonly<Record<SourceBody['state'], Trouble>> = {
  new: { level: 'waiting', text: 'starting' },
  connecting: { level: 'waiting', text: 'connecting' },
  connected: { level: 'good', text: 'connected' },
  waiting: { level: 'trouble', text: 'unreachable' },
  blocked: { level: 'trouble', text: 'journal full' },
  'gave-up': { level: 'trouble', text: 'gave up' },
  paused: { level: 'waiting', text: 'paused' },
  closed: { level: 'waiting', text: 'closed' },
};

/** Of one source or sink. */
export function troubleOfEndpoint(one: SourceBody | SinkBody): Trouble {
  if (one.state !== 'connected') return STATES[one.state];
  if ('refused' in one.perSecond && one.perSecond.refused > 0) {
    return { level: 'trouble', text: 'refuses events' };
  }
  if ('deadLetters' in one.perSecond && one.perSecond.deadLetters > 0) {
    return { level: 'trouble', text: 'not understood' };
  }
  if ('silentSince' in one) {
    return { level: 'waiting', text: 'silent' };
  }
  return STATES.connected;
}

/** Of one route: a rule, which has no state of its own, but fails where it has no value. */
export function troubleOfRoute({ failures }: RouteBody): Trouble | undefined {
  if (failures === 0) return undefined;
  const figure = failures === 1 ? '1 dead letter' : `${count(failures)} dead letters`;
  return { level: 'waiting', text: `${figure} since the start` };
}

/** Of the whole broker: the worst there is. */
export function troubleOf({ state, sources, sinks }: StatusBody): Trouble {
  if (state === 'failed') return { level: 'trouble', text: 'the journal failed' };
  if (state !== 'running') return { level: 'waiting', text: state };
  const endpoints = [...sources, ...sinks];
  const at = (level: Level) => endpoints.filter((one) => troubleOfEndpoint(one).level === level);
  const [bad, waiting] = [at('trouble'), at('waiting')];
  const [only] = bad;
  if (bad.length === 1 && only !== undefined) {
    return { level: 'trouble', text: `${only.name} ${troubleOfEndpoint(only).text}` };
  }
  if (bad.length > 1) return { level: 'trouble', text: `${String(bad.length)} in trouble` };
  if (waiting.length > 0)
    return { level: 'waiting', text: `${String(waiting.length)} not at work` };
  return { level: 'good', text: 'all connected' };
}
