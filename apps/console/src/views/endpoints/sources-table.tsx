/** All sources. */
import { Table, Text, Title } from '@mantine/core';
import type { SourceBody } from '@viaduct/broker/admin-api';
import { count, duration, rate } from '../../states/figures.ts';
import { EndpointName } from './endpoint-name.tsx';

/** See the file's comment. */
export function SourcesTable(props: {
  readonly sources: readonly SourceBody[];
  /** By the broker's clock. */
  readonly now: number;
}) {
  const { sources, now } = props;
  return (
    <section aria-labelledby="sources">
      <Title order={3} size="h4" id="sources" mb="xs">
        Sources
      </Title>
      {sources.length === 0 ? (
        <Text c="dimmed">None: nothing comes in.</Text>
      ) : (
        <Table verticalSpacing="xs" aria-labelledby="sources">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={150}>State</Table.Th>
              <Table.Th ta="right">Stored</Table.Th>
              <Table.Th ta="right" visibleFrom="sm">
                Received
              </Table.Th>
              <Table.Th ta="right" visibleFrom="sm">
                Events in all
              </Table.Th>
              <Table.Th ta="right" visibleFrom="sm">
                Dead letters
              </Table.Th>
              <Table.Th ta="right" visibleFrom="md">
                Last heard
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sources.map((source) => (
              <SourceRow key={source.name} source={source} now={now} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function SourceRow({ source, now }: { readonly source: SourceBody; readonly now: number }) {
  const { perSecond, counters, lastReceivedAt } = source;
  return (
    <Table.Tr className="figure">
      <EndpointName role="source" endpoint={source} />
      <Table.Td ta="right">{rate(perSecond.appended)}</Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {rate(perSecond.received)}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {count(counters.appended)}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {count(counters.deadLetters)}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="md">
        {lastReceivedAt === undefined
          ? 'never'
          : `${duration(Math.max(0, now - lastReceivedAt))} ago`}
      </Table.Td>
    </Table.Tr>
  );
}
