/** How a source or sink went in the last hour. */
import { SimpleGrid } from '@mantine/core';
import type { CourseBody } from '@viaduct/broker/admin-api';
import { useCourse } from '../../api/status.ts';
import { COUNT_STEPS, DURATION_STEPS_MS } from '../../charts/axis-steps.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { compact, duration, rate } from '../../states/figures.ts';
import { QueryState } from '../../states/query-state.tsx';
import type { EndpointId } from './endpoint-view.tsx';

/** See the file's comment. */
export function EndpointCharts({ role, name }: EndpointId) {
  const course = useCourse();
  return (
    <QueryState query={course}>
      {(data) =>
        role === 'source' ? (
          <SourceCharts course={data} name={name} />
        ) : (
          <SinkCharts course={data} name={name} />
        )
      }
    </QueryState>
  );
}

interface ChartsProps {
  readonly course: CourseBody;
  readonly name: string;
}

function SourceCharts({ course, name }: ChartsProps) {
  const points = course.points.map(({ sources }) => sources[name]);
  return (
    <LineChart
      title="Throughput"
      times={course.points.map(({ at }) => at)}
      format={rate}
      series={[
        { label: 'messages received', values: points.map((one) => one?.receivedPerSecond) },
        { label: 'events stored', values: points.map((one) => one?.appendedPerSecond) },
      ]}
    />
  );
}

function SinkCharts({ course, name }: ChartsProps) {
  const times = course.points.map(({ at }) => at);
  const points = course.points.map(({ sinks }) => sinks[name]);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
      <LineChart
        title="Throughput"
        times={times}
        format={rate}
        series={[
          { label: 'sent', values: points.map((one) => one?.sentPerSecond) },
          { label: 'delivered', values: points.map((one) => one?.deliveredPerSecond) },
        ]}
      />
      <LineChart
        title="Latency, from stored to sent or delivered"
        times={times}
        format={duration}
        steps={DURATION_STEPS_MS}
        series={[
          { label: 'p50 ≤', values: points.map((one) => one?.latency?.p50Ms) },
          { label: 'p95 ≤', values: points.map((one) => one?.latency?.p95Ms) },
          { label: 'p99 ≤', values: points.map((one) => one?.latency?.p99Ms) },
        ]}
      />
      <LineChart
        title="Lag: events that wait"
        times={times}
        format={compact}
        steps={COUNT_STEPS}
        series={[{ label: 'waiting', values: points.map((one) => one?.pending) }]}
      />
      <LineChart
        title="Lag: how long the oldest waits"
        times={times}
        format={duration}
        steps={DURATION_STEPS_MS}
        series={[{ label: 'oldest', values: points.map((one) => one?.oldestAgeMs) }]}
      />
    </SimpleGrid>
  );
}
