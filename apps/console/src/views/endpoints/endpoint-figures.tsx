/** The important figures of a source or sink. */
import { Paper, SimpleGrid, Text } from '@mantine/core';
import type { SinkBody, SourceBody } from '@viaduct/broker/admin-api';
import { count, duration, rate } from '../../states/figures.ts';

/** See the file's comment. */
export function EndpointFigures(props: {
  readonly role: 'source' | 'sink';
  readonly endpoint: SourceBody | SinkBody;
  readonly now: number;
}) {
  const { endpoint, now } = props;
  const figures =
    'oldestAgeMs' in endpoint ? figuresOfSink(endpoint) : figuresOfSource(endpoint, now);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: figures.length }} spacing="sm">
      {figures.map(({ label, value, note }) => (
        <Paper key={label} withBorder px="md" py="xs">
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text fz={20} fw={600} className="figure">
            {value}
          </Text>
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

interface FigureShown {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

function figuresOfSource(source: SourceBody, now: number): readonly FigureShown[] {
  const { perSecond, counters, lastReceivedAt, held, inFlight } = source;
  const heard =
    lastReceivedAt === undefined ? 'never' : `${duration(Math.max(0, now - lastReceivedAt))} ago`;
  return [
    {
      label: 'Stored',
      value: rate(perSecond.appended),
      note: `${count(counters.appended)} in all`,
    },
    {
      label: 'Received',
      value: rate(perSecond.received),
      note: `${count(counters.deliveries)} messages in all`,
    },
    { label: 'Last heard', value: heard, note: `${count(counters.connects)} connections` },
    {
      label: 'On their way',
      value: count(inFlight),
      note: held === 0 ? 'not yet durable' : `and ${count(held)} held for their predecessor`,
    },
    {
      label: 'Dead letters',
      value: count(counters.deadLetters),
      note: 'not understood, since the start',
    },
  ];
}

function figuresOfSink(sink: SinkBody): readonly FigureShown[] {
  const { perSecond, counters, lag, oldestAgeMs, retrying, latency } = sink;
  const behind = oldestAgeMs === 0 ? 'nothing waits' : `the oldest for ${duration(oldestAgeMs)}`;
  return [
    { label: 'Waiting', value: count(lag?.pending ?? 0), note: behind },
    {
      label: 'Sent',
      value: count(counters.sent),
      note: `${rate(perSecond.sent)}; nobody confirms these`,
    },
    {
      label: 'Delivered',
      value: count(counters.delivered),
      note: `${rate(perSecond.delivered)}; confirmed by the peer`,
    },
    {
      label: 'Latency',
      value: latency === undefined ? '–' : `≤ ${duration(latency.p50Ms)}`,
      note:
        latency === undefined
          ? 'nothing in the last ten seconds'
          : `p99 ≤ ${duration(latency.p99Ms)}`,
    },
    {
      label: 'Dead letters',
      value: count(counters.deadLetters),
      note: `${count(retrying)} wait for another attempt`,
    },
  ];
}
