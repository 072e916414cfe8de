/** The active alarms, asked for while a view shows them. */
import type { AlarmList } from '@viaduct/broker/admin-api';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson } from './request.ts';

/** How often they are asked for, milliseconds: the broker reads its journal for the answer. */
const ALARMS_INTERVAL_MS = 5_000;

/** The oldest first. */
export function useAlarms(): UseQueryResult<AlarmList> {
  return useQuery({
    queryKey: ['alarms'],
    queryFn: ({ signal }) => getJson<AlarmList>('alarms', {}, signal),
    refetchInterval: ALARMS_INTERVAL_MS,
  });
}
