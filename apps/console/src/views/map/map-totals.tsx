/** The broker in four figures. */
import { Anchor, Paper, SimpleGrid, Text } from '@mantine/core';
import type { StatusBody } from '@viaduct/broker/admin-api';
import { Link } from 'wouter';
import { count, rate } from '../../states/figures.ts';
import { waitingOf } from './map-graph.ts';

/** See the file's comment. */
export function MapTotals({ status }: { readonly status: StatusBody }) {
  const { sources, sinks, journal } = status;
  const stored = sources.reduce((sum, { perSecond }) => sum + perSecond.appended, 0);
  const out = sinks.reduce((sum, { perSecond }) => sum + perSecond.out, 0);
  const waiting = sinks.reduce((sum, sink) => sum + waitingOf(sink), 0);
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
      <Figure label="Stored" value={rate(stored)} />
      <Figure label="Sent or delivered" value={rate(out)} />
      <Figure label="Waiting for sinks" value={count(waiting)} href="/endpoints" />
      <Figure label="Dead letters" value={count(journal.deadLetters)} href="/dead-letters" />
    </SimpleGrid>
  );
}

function Figure(props: { readonly label: string; readonly value: string; readonly href?: string }) {
  const { label, value, href } = props;
  return (
    <Paper withBorder px="md" py="xs">
      <Text size="sm" c="dimmed">
        {href === undefined ? (
          label
        ) : (
          <Anchor component={Link} href={href} inherit>
            {label}
          </Anchor>
        )}
      </Text>
      <Text fz={22} fw={600} className="figure">
        {value}
      </Text>
    </Paper>
  );
}
