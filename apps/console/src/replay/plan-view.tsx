/** What a replay would do: how much goes where, and what is left out. */
import { Alert, Group, List, Stack, Table, Text } from '@mantine/core';
import type { ReplayFigures, Skipped } from '@viaduct/broker/admin-api';
import { count } from '../states/figures.ts';
import { SKIP_REASONS } from './skip-reasons.ts';

/** Sinks or types that are listed. */
const LISTED_MAX = 12;

/** See the file's comment. */
export function PlanView({ plan }: { readonly plan: ReplayFigures }) {
  const { events, deliveries, bySink, byType, skipped, warnings } = plan;
  return (
    <Stack gap="sm">
      <Text fw={600} role="status">
        {events === 0
          ? 'Nothing would be sent.'
          : `${events === 1 ? '1 event' : `${count(events)} events`} would be sent: ${
              deliveries === 1 ? '1 delivery' : `${count(deliveries)} deliveries`
            }.`}
      </Text>
      {events === 0 ? null : (
        <Group align="start" grow>
          <Tally title="To" figures={bySink} />
          <Tally title="Of type" figures={byType} />
        </Group>
      )}
      {skipped.map((one) => (
        <LeftOut key={one.reason} skipped={one} />
      ))}
      {warnings.length === 0 ? null : (
        <Alert color="orange" title="Not all can be read">
          {warnings.map((warning) => (
            <div key={warning}>{warning}</div>
          ))}
        </Alert>
      )}
    </Stack>
  );
}

function LeftOut({ skipped }: { readonly skipped: Skipped }) {
  const { reason, count: figure, examples } = skipped;
  return (
    <div>
      <Text size="sm">
        {count(figure)} left out: {SKIP_REASONS[reason]}
      </Text>
      <List size="xs" c="dimmed" className="mono">
        {examples.map((example, index) => (
          <List.Item key={index}>{example}</List.Item>
        ))}
      </List>
    </div>
  );
}

function Tally(props: {
  readonly title: string;
  readonly figures: Readonly<Record<string, number>>;
}) {
  const rows = Object.entries(props.figures).sort(([, one], [, other]) => other - one);
  const more = rows.length - LISTED_MAX;
  return (
    <Table verticalSpacing={2} aria-label={`Deliveries: ${props.title}`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{props.title}</Table.Th>
          <Table.Th ta="end">Events</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.slice(0, LISTED_MAX).map(([name, figure]) => (
          <Table.Tr key={name}>
            <Table.Td className="mono">{name}</Table.Td>
            <Table.Td ta="end">{count(figure)}</Table.Td>
          </Table.Tr>
        ))}
        {more > 0 ? (
          <Table.Tr>
            <Table.Td c="dimmed">and {more} more</Table.Td>
            <Table.Td />
          </Table.Tr>
        ) : null}
      </Table.Tbody>
    </Table>
  );
}
