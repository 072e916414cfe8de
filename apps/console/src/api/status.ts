/** The state of the broker, asked for again and again while a view shows it. */
import type { StatusBody } from '@viaduct/broker/admin-api';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson } from './request.ts';

/** How often the state is asked for, milliseconds. */
const STATUS_INTERVAL_MS = 1_000;

/** How often the course of the last hour is asked for: it has a point every ten seconds. */
const COURSE_INTERVAL_MS = 10_000;

/** Everything at this moment. */
export function useStatus(): UseQueryResult<StatusBody> {
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<StatusBody>('status', {}, signal),
    refetchInterval: STATUS_INTERVAL_MS,
  });
}

/** Rates, lags and latencies of the last hour. */
export interface Course {
  readonly stepMs: number;
  readonly points: readonly CoursePoint[];
}

/** One step of it. */
export interface CoursePoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sources: Readonly<Record<string, { readonly appendedPerSecond: number }>>;
  readonly sinks: Readonly<
    Record<
      string,
      {
        readonly outPerSecond: number;
        readonly pending: number;
        readonly latency?: {
          readonly p50Ms: number;
          readonly p90Ms?: number;
          readonly p99Ms: number;
        };
      }
    >
  >;
}

/** See {@link Course}. */
export function useCourse(): UseQueryResult<Course> {
  return useQuery({
    queryKey: ['course'],
    queryFn: ({ signal }) => getJson<Course>('course', {}, signal),
    refetchInterval: COURSE_INTERVAL_MS,
  });
}
