import { bytes, duration } from '../../states/figures.ts';
import { COURSE_MIN_MS, type DiskForecast } from './disk-forecast.ts';

/** Sooner than this somebody has to act, milliseconds: a week. */
const SOON_MS = 7 * 86_400_000;

/** Farther away than this is as good as never, milliseconds: a year. */
const FAR_MS = 365 * 86_400_000;

/** A forecast for people, with what to do about it. */
export function forecastText(forecast: DiskForecast): {
  readonly colour: string;
  readonly title: string;
  readonly text: string;
} {
  switch (forecast.kind) {
    case 'unknown':
      return {
        colour: 'gray',
        title: 'No forecast yet',
        text:
          forecast.why === 'no-disk'
            ? 'The system does not say how much is free on this disk.'
            : `The broker has run for too short a time to tell how fast the disk fills: ask again ` +
              `after ${duration(COURSE_MIN_MS)}.`,
      };
    case 'steady':
      return {
        colour: 'teal',
        title: 'The disk does not fill',
        text:
          'In the last hour neither the journal nor anything else took more and more; ' +
          `${bytes(forecast.leastFreeBytes)} were free at any time.`,
      };
    case 'bounded':
      return {
        colour: 'teal',
        title: 'Retention comes before the disk is full',
        text:
          `The journal takes ${bytes(forecast.bytesPerSecond)} a second more and stops growing at ` +
          `about ${bytes(forecast.atBytes)}, for which there is room.`,
      };
    case 'full':
      return fullText(forecast);
  }
}

function fullText({ inMs, bytesPerSecond }: DiskForecast & { readonly kind: 'full' }) {
  const speed = `${bytes(bytesPerSecond)} a second are taken`;
  if (inMs > FAR_MS) {
    return { colour: 'teal', title: 'The disk lasts for more than a year', text: `${speed}.` };
  }
  return {
    colour: inMs < SOON_MS ? 'red' : 'orange',
    title: `The disk is full in ${duration(inMs)}`,
    text:
      `As the last hour went, ${speed}. Then nothing more is accepted until there is room: sources ` +
      'that can wait do, the others lose. Make room, move broker.data to a larger disk, or lower ' +
      'broker.journal.retentionBytes.',
  };
}
