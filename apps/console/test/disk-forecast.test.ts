/** When the disk of the journal will be full. */
import type { PacePoint } from '@viaduct/broker/admin-api';
import { describe, expect, it } from 'vitest';
import { diskForecast } from '../src/views/endpoints/disk-forecast.ts';

const GIB = 1024 ** 3;
const STEP_S = 10;

/** Ten minutes in which the journal takes `own` bytes a second, and others `foreign`. */
function course(own: number, foreign: number, steps = 60): readonly PacePoint[] {
  return Array.from({ length: steps }, (_, index) => {
    const seconds = index * STEP_S;
    const journal = {
      bytes: GIB + own * seconds,
      diskFreeBytes: 100 * GIB - (own + foreign) * seconds,
    };
    return { at: 1_000 * seconds, sources: {}, sinks: {}, journal };
  });
}

const limits = {
  bytes: GIB,
  diskFreeBytes: 100 * GIB,
  retentionBytes: 8 * GIB,
  retentionMs: 7 * 86_400_000,
};

describe('the forecast of the disk', () => {
  it('says nothing before five minutes, or where the system does not tell', () => {
    expect(diskForecast(course(1e6, 0, 20), limits)).toEqual({ kind: 'unknown', why: 'too-early' });
    const { diskFreeBytes: _, ...untold } = limits;
    expect(diskForecast(course(1e6, 0), untold)).toEqual({ kind: 'unknown', why: 'no-disk' });
  });

  it('is steady where nothing grows', () => {
    const leastFreeBytes = 100 * GIB;
    expect(diskForecast(course(0, 0), limits)).toEqual({ kind: 'steady', leastFreeBytes });
  });

  it('takes what comes and goes for no growth, and counts with the least that was free', () => {
    // Somebody takes 20 GiB for three minutes and gives them back, and again ten of them.
    const points = course(0, 0).map((point, index) => {
      const taken = index >= 20 && index < 38 ? 20 : index >= 48 && index < 56 ? 10 : 0;
      const journal = { bytes: GIB, diskFreeBytes: (100 - taken) * GIB };
      return { ...point, journal };
    });
    const leastFreeBytes = 80 * GIB;
    expect(diskForecast(points, limits)).toEqual({ kind: 'steady', leastFreeBytes });
  });

  it('ends the growth of the journal at its retention', () => {
    expect(diskForecast(course(1e6, 0), limits)).toMatchObject({
      kind: 'bounded',
      atBytes: 8 * GIB,
    });
  });

  it('tells when the disk is full before retention helps', () => {
    const small = { ...limits, diskFreeBytes: GIB };
    const forecast = diskForecast(course(1e6, 0), small);
    expect(forecast.kind).toBe('full');
    expect(forecast.kind === 'full' && forecast.inMs).toBeCloseTo((GIB / 1e6) * 1000, -2);
  });

  it('counts what others take beyond the retention of the journal', () => {
    const forecast = diskForecast(course(1e6, 1e6), limits);
    const untilCeiling = (7 * GIB) / 1e6;
    const seconds = untilCeiling + (100 * GIB - untilCeiling * 2e6) / 1e6;
    expect(forecast.kind === 'full' && forecast.inMs / 1000).toBeCloseTo(seconds, -2);
  });
});
