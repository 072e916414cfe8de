/** All sinks, and those that were taken out of the configuration. */
import { List, Table, Text, Title } from '@mantine/core';
import type { RetiredSink, SinkBody } from '@viaduct/broker/admin-api';
import { count, duration, rate } from '../../states/figures.ts';
import { EndpointName } from './endpoint-name.tsx';

/** See the file's comment. */
export function SinksTable(props: {
  readonly sinks: readonly SinkBody[];
  readonly retired: readonly RetiredSink[];
}) {
  const { sinks, retired } = props;
  return (
    <section aria-labelledby="sinks">
      <Title order={3} size="h4" id="sinks" mb="xs">
        Sinks
      </Title>
      {sinks.length === 0 ? (
        <Text c="dimmed">None: what comes in is kept, and goes nowhere.</Text>
      ) : (
        <Table verticalSpacing="xs" aria-labelledby="sinks">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={150}>State</Table.Th>
              <Table.Th ta="right">Waiting</Table.Th>
              <Table.Th ta="right" visibleFrom="sm">
                Out
              </Table.Th>
              <Table.Th ta="right" visibleFrom="md">
                Latency, median
              </Table.Th>
              <Table.Th ta="right" visibleFrom="sm" title="Nobody confirms these">
                Sent
              </Table.Th>
              <Table.Th ta="right" visibleFrom="sm" title="The peer confirmed these">
                Delivered
              </Table.Th>
              <Table.Th ta="right" visibleFrom="md">
                Dead letters
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sinks.map((sink) => (
              <SinkRow key={sink.name} sink={sink} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Retired sinks={retired} />
    </section>
  );
}

function SinkRow({ sink }: { readonly sink: SinkBody }) {
  const { perSecond, counters, lag, latency, oldestAgeMs } = sink;
  return (
    <Table.Tr className="figure">
      <EndpointName role="sink" endpoint={sink} />
      <Table.Td ta="right">
        {count(lag?.pending ?? 0)}
        {oldestAgeMs === 0 ? null : (
          <Text size="xs" c="dimmed">
            for {duration(oldestAgeMs)}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {rate(perSecond.out)}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="md">
        {latency === undefined ? '–' : `≤ ${duration(latency.p50Ms)}`}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {count(counters.sent)}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {count(counters.delivered)}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="md">
        {count(counters.deadLetters)}
      </Table.Td>
    </Table.Tr>
  );
}

function Retired({ sinks }: { readonly sinks: readonly RetiredSink[] }) {
  if (sinks.length === 0) return null;
  return (
    <>
      <Title order={4} size="h5" mt="lg">
        Retired sinks
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        Not in the configuration any more. They hold nothing back; one that is written there again
        goes on where it stopped.
      </Text>
      <List size="sm">
        {sinks.map(({ name, pending = 0 }) => (
          <List.Item key={name}>
            {name}: {pending === 0 ? 'owed nothing' : `still owed ${count(pending)} events`}
          </List.Item>
        ))}
      </List>
    </>
  );
}
