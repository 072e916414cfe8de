/** Work that goes on for a while, begun by whomever. */
import type { WorkBody } from '@viaduct/broker/admin-api';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson } from './request.ts';

/** How often it is asked for, milliseconds. */
const WORK_INTERVAL_MS = 2_000;

/** The oldest first. */
export function useWork(): UseQueryResult<{ readonly work: readonly WorkBody[] }> {
  return useQuery({
    queryKey: ['work'],
    queryFn: ({ signal }) => getJson<{ readonly work: readonly WorkBody[] }>('work', {}, signal),
    refetchInterval: WORK_INTERVAL_MS,
  });
}
