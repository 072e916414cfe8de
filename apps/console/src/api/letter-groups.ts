/** Dead letters counted by reason, asked for while a view shows them. */
import type { LetterGroups } from '@viaduct/broker/admin-api';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson } from './request.ts';

/** How often they are counted again, milliseconds: each letter is looked at for it. */
const COUNT_INTERVAL_MS = 5_000;

/** The largest first. */
export function useLetterGroups(): UseQueryResult<LetterGroups> {
  return useQuery({
    queryKey: ['letter-groups'],
    queryFn: ({ signal }) => getJson<LetterGroups>('dead-letters/groups', {}, signal),
    refetchInterval: COUNT_INTERVAL_MS,
  });
}
