/** The state of the broker, asked for again and again while a view shows it. */
import type { CourseBody, StatusBody } from '@viaduct/broker/admin-api';
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

/** Rates, lags, latencies and the journal over the last hour. */
export function useCourse(): UseQueryResult<CourseBody> {
  return useQuery({
    queryKey: ['course'],
    queryFn: ({ signal }) => getJson<CourseBody>('course', {}, signal),
    refetchInterval: COURSE_INTERVAL_MS,
  });
}
