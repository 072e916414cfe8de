/** What the journal keeps, how it grew, and when its disk will be full. */
import { Alert, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { CourseBody, JournalBody, StatusBody } from '@viaduct/broker/admin-api';
import { useCourse } from '../../api/status.ts';
import { BYTE_STEPS } from '../../charts/axis-steps.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { bytes, count, duration, moment } from '../../states/figures.ts';
import { QueryState } from '../../states/query-state.tsx';
import { diskForecast } from './disk-forecast.ts';
import { forecastText } from './forecast-text.ts';

/** See the file's comment. */
export function JournalPanel({ status }: { readonly status: StatusBody }) {
  const course = useCourse();
  const { journal } = status;
  return (
    <Stack>
      <Figures journal={journal} />
      <QueryState query={course}>{(data) => <Course course={data} journal={journal} />}</QueryState>
      <Gaps journal={journal} />
    </Stack>
  );
}

function Figures({ journal }: { readonly journal: JournalBody }) {
  const { entries, bytes: size, retentionBytes, retentionMs, diskFreeBytes, whenFull } = journal;
  const figures = [
    { label: 'Events kept', value: count(entries), note: `for at most ${duration(retentionMs)}` },
    { label: 'Size', value: bytes(size), note: `of at most ${bytes(retentionBytes)}` },
    {
      label: 'Free on its disk',
      value: diskFreeBytes === undefined ? '–' : bytes(diskFreeBytes),
      note: journal.folder,
    },
    {
      label: 'When it is full',
      value: whenFull === 'block' ? 'sources wait' : 'the oldest go',
      note: whenFull === 'block' ? 'nothing is thrown away' : 'a gap is recorded',
    },
  ];
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      {figures.map(({ label, value, note }) => (
        <Paper key={label} withBorder px="md" py="xs">
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text fz={20} fw={600} className="figure">
            {value}
          </Text>
          <Text size="xs" c="dimmed" className="breakable">
            {note}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Course({
  course,
  journal,
}: {
  readonly course: CourseBody;
  readonly journal: JournalBody;
}) {
  const { colour, title, text } = forecastText(diskForecast(course.points, journal));
  const times = course.points.map(({ at }) => at);
  return (
    <Stack>
      <Alert color={colour} title={title} aria-label="Forecast of the disk">
        {text}
      </Alert>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <LineChart
          title="Size of the journal"
          times={times}
          format={bytes}
          steps={BYTE_STEPS}
          series={[{ label: 'bytes', values: course.points.map((one) => one.journal?.bytes) }]}
        />
        <LineChart
          title="Free on its disk"
          times={times}
          format={bytes}
          steps={BYTE_STEPS}
          series={[
            { label: 'free', values: course.points.map((one) => one.journal?.diskFreeBytes) },
          ]}
        />
      </SimpleGrid>
    </Stack>
  );
}

/** Of the newest; the API has a thousand. */
const GAPS_SHOWN_MAX = 10;

function Gaps({ journal }: { readonly journal: JournalBody }) {
  const { gaps } = journal;
  if (gaps.length === 0) return null;
  return (
    <section aria-labelledby="gaps">
      <Title order={3} size="h5" id="gaps">
        Gaps
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        What sinks were owed and the journal has not any more.
      </Text>
      <List size="sm">
        {gaps.slice(-GAPS_SHOWN_MAX).map(({ id, at, subscription, entries, reason }) => (
          <List.Item key={id}>
            {moment(at)}: {entries === undefined ? 'unknown many' : count(entries)} events for{' '}
            {subscription}, {reason}
          </List.Item>
        ))}
      </List>
    </section>
  );
}
