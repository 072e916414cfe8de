/** What needs somebody: every source and sink in trouble, with its last error. */
import { Alert, Anchor, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { SinkBody, SourceBody, StatusBody } from '@viaduct/broker/admin-api';
import { Link } from 'wouter';
import { count, duration } from '../../states/figures.ts';
import { troubleOfEndpoint } from '../../states/trouble.ts';
import { waitingOf } from './map-graph.ts';

/** Shown at most; the table of sources and sinks has all. */
const SHOWN_MAX = 5;

/** Nothing where all is well. */
export function TroubleList({ status }: { readonly status: StatusBody }) {
  const { sources, sinks, broker } = status;
  const bad = [
    ...sources.map((one) => ({ role: 'source', one, waiting: 0 })),
    ...sinks.map((one) => ({ role: 'sink', one, waiting: waitingOf(one) })),
  ].filter(({ one }) => troubleOfEndpoint(one).level === 'trouble');
  if (bad.length === 0) return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={titleOf(bad.length)}>
      <List size="sm" spacing={4}>
        {bad.slice(0, SHOWN_MAX).map(({ role, one, waiting }) => (
          <List.Item key={`${role} ${one.name}`}>
            <Anchor
              component={Link}
              inherit
              underline="always"
              href={`/endpoints/${role}/${encodeURIComponent(one.name)}`}
            >
              {one.name}
            </Anchor>{' '}
            {sentenceOf(one, broker.now, waiting)}
          </List.Item>
        ))}
      </List>
      {bad.length > SHOWN_MAX ? (
        <Text size="sm">and {count(bad.length - SHOWN_MAX)} more under Sources and sinks.</Text>
      ) : null}
    </Alert>
  );
}

function titleOf(bad: number): string {
  return bad === 1 ? 'One is in trouble' : `${count(bad)} are in trouble`;
}

function sentenceOf(one: SourceBody | SinkBody, now: number, waiting: number): string {
  const { text } = troubleOfEndpoint(one);
  if (one.state === 'connected') {
    const letters = one.counters.deadLetters;
    return `${text}; ${count(letters)} dead letters since the start`;
  }
  // An unreachable one is tried again and again: its state is always young.
  const age = duration(Math.max(0, now - one.since));
  const since = one.state === 'waiting' ? text : `${text} for ${age}`;
  const why = one.lastError === undefined ? '' : `: ${one.lastError.message}`;
  return `${since}${why}${waiting === 0 ? '' : `; ${count(waiting)} events wait in the journal`}`;
}
