/** How every chart is drawn. */
import type uPlot from 'uplot';
import { chartColours } from './chart-colours.ts';

/** Of all charts, pixels. */
const HEIGHT = 150;

/** Room for figures left of the chart, pixels. */
const AXIS_WIDTH = 62;

/** Room for times below it, and for each of them, pixels. */
const AXIS_HEIGHT = 26;
const TIME_SPACE = 70;

const FONT = '11px system-ui, sans-serif';

/** See the file's comment. */
export function chartOptions(given: {
  readonly labels: readonly string[];
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  readonly format: (value: number) => string;
  /** What two marks of the axis may be apart by, ascending; missing: any decimal number. */
  readonly steps: readonly number[] | undefined;
  /** Told at which point the pointer is, and when it leaves. */
  readonly onPoint: (index: number | undefined) => void;
}): uPlot.Options {
  const { labels, scheme, width, format, steps, onPoint } = given;
  const { lines, text, grid } = chartColours(scheme);
  const axis = {
    stroke: text,
    font: FONT,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false } },
    scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      { ...axis, size: AXIS_HEIGHT, space: TIME_SPACE, values: TIMES },
      {
        ...axis,
        size: AXIS_WIDTH,
        values: (_chart, ticks) => withoutTwins(ticks.map(format)),
        ...(steps === undefined ? {} : { incrs: [...steps] }),
      },
    ],
    series: [
      {},
      ...labels.map((label, index) => ({
        label,
        stroke: lines[index] ?? text,
        width: 1.75,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

/** With seconds where the course is short; what uPlot would write is American. */
const TIMES: uPlot.Axis.DynamicValues = (_chart, ticks, _axis, _space, increment) =>
  ticks.map((seconds) =>
    new Date(seconds * 1000).toLocaleTimeString('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      ...(increment < 60 ? { second: '2-digit' } : {}),
    }),
  );

/** Where two marks would read alike, the second stays empty. */
function withoutTwins(marks: readonly string[]): string[] {
  return marks.map((mark, index) => (mark === marks[index - 1] ? '' : mark));
}
