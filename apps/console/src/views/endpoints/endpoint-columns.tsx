/** The figures of the tables of sources and of sinks. */
import { Text } from '@mantine/core';
import type { SinkBody, SourceBody } from '@viaduct/broker/admin-api';
import { count, duration, rate } from '../../states/figures.ts';
import type { Column } from './endpoints-table.tsx';

/** Of sources; `now` by the broker's clock. */
export function sourceColumns(now: number): readonly Column<SourceBody>[] {
  return [
    { title: 'Stored', cell: ({ perSecond }) => rate(perSecond.appended) },
    { title: 'Received', from: 'sm', cell: ({ perSecond }) => rate(perSecond.received) },
    { title: 'Events in all', from: 'sm', cell: ({ counters }) => count(counters.appended) },
    { title: 'Dead letters', from: 'sm', cell: ({ counters }) => count(counters.deadLetters) },
    {
      title: 'Last heard',
      from: 'md',
      cell: ({ lastReceivedAt: at }) =>
        at === undefined ? 'never' : `${duration(Math.max(0, now - at))} ago`,
    },
  ];
}

/** Of sinks: what is sent and what is delivered are never one figure. */
export const SINK_COLUMNS: readonly Column<SinkBody>[] = [
  {
    title: 'Waiting',
    cell: ({ lag, oldestAgeMs }) => (
      <>
        {count(lag?.pending ?? 0)}
        {oldestAgeMs === 0 ? null : <Note>for {duration(oldestAgeMs)}</Note>}
      </>
    ),
  },
  { title: 'Out', from: 'sm', cell: ({ perSecond }) => rate(perSecond.out) },
  {
    title: 'Latency',
    hint: 'Half of what went out in the last ten seconds took at most so long since it was stored',
    from: 'md',
    cell: ({ latency }) =>
      latency === undefined ? (
        '–'
      ) : (
        <>
          ≤ {duration(latency.p50Ms)}
          <Note>p99 ≤ {duration(latency.p99Ms)}</Note>
        </>
      ),
  },
  {
    title: 'Sent',
    hint: 'Nobody confirms these',
    from: 'sm',
    cell: ({ counters }) => count(counters.sent),
  },
  {
    title: 'Delivered',
    hint: 'The peer confirmed these',
    from: 'sm',
    cell: ({ counters }) => count(counters.delivered),
  },
  { title: 'Dead letters', from: 'md', cell: ({ counters }) => count(counters.deadLetters) },
];

function Note({ children }: { readonly children: readonly string[] }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}
