/** Figures over time on a canvas, with the latest in words below for those who cannot see it. */
import 'uplot/dist/uPlot.min.css';
import { Group, Paper, Text, Title, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { chartOptions } from './chart-options.ts';
import { chartColours } from './chart-colours.ts';

/** One line. */
export interface Series {
  readonly label: string;
  /** One for each time; `undefined` where nothing is known. */
  readonly values: readonly (number | undefined)[];
}

/** A chart. */
export interface LineChartProps {
  readonly title: string;
  /** Milliseconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** A value as people read it. */
  readonly format: (value: number) => string;
  /** What two marks of the axis may be apart by; missing: any decimal number. */
  readonly steps?: readonly number[];
}

/** Fewer points are no course yet. */
const POINTS_MIN = 2;

/** See the file's comment. */
export function LineChart({ title, times, series, format, steps }: LineChartProps) {
  const scheme = useComputedColorScheme('light');
  const colours = chartColours(scheme);
  const [pointed, setPointed] = useState<number>();
  const at = pointed !== undefined && pointed < times.length ? pointed : times.length - 1;
  const when = pointed === undefined ? 'now' : new Date(times[at] ?? 0).toLocaleTimeString('en-GB');
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" gap={4} mb={4}>
        <Title order={3} size="h6">
          {title}
        </Title>
        <Text size="xs" c="dimmed">
          {when}
        </Text>
      </Group>
      <Group gap="md" mb="xs">
        {series.map(({ label, values }, index) => {
          const value = values[at];
          return (
            <Text key={label} size="xs" className="figure">
              <span className="swatch" style={{ background: colours.lines[index] }} aria-hidden />
              {label} <b>{value === undefined ? '–' : format(value)}</b>
            </Text>
          );
        })}
      </Group>
      {times.length < POINTS_MIN ? (
        <Text size="sm" c="dimmed" py="xl" ta="center">
          There is a point every ten seconds; the first two are still to come.
        </Text>
      ) : (
        <Canvas
          key={`${scheme} ${series.map(({ label }) => label).join()}`}
          {...{ title, times, series, format, ...(steps && { steps }) }}
          scheme={scheme}
          onPoint={setPointed}
        />
      )}
    </Paper>
  );
}

interface CanvasProps extends LineChartProps {
  readonly scheme: 'light' | 'dark';
  readonly onPoint: (index: number | undefined) => void;
}

function Canvas({ title, times, series, format, steps, scheme, onPoint }: CanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const data = dataOf(times, series);
  const labels = series.map(({ label }) => label);
  const first = useRef({ data, format, steps, labels, onPoint });
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const { data: drawn, ...rest } = first.current;
    const made = new uPlot(chartOptions({ ...rest, scheme, width: element.clientWidth }), drawn);
    element.append(made.root);
    chart.current = made;
    const watch = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: made.height });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [scheme]);
  useEffect(() => {
    chart.current?.setData(data);
  });
  return <div ref={place} role="img" aria-label={describe(title, series, format)} />;
}

function dataOf(times: readonly number[], series: readonly Series[]): uPlot.AlignedData {
  const lines = series.map(({ values }) => values.map((value) => value ?? null));
  return [times.map((at) => at / 1000), ...lines];
}

function describe(
  title: string,
  series: readonly Series[],
  format: (value: number) => string,
): string {
  const told = series.map(({ label, values }) => {
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return `${label}: nothing known`;
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return `${label}: between ${format(low)} and ${format(high)}`;
  });
  return `${title} over the last hour. ${told.join('; ')}`;
}
