/** The configuration that runs, and the one on the disk. */
import type { ConfigurationBody } from '@viaduct/broker/admin-api';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson } from './request.ts';

/** How often the file is looked at, milliseconds: somebody edits it meanwhile. */
const CONFIGURATION_INTERVAL_MS = 5_000;

/** Secrets are `***` in both. */
export function useConfiguration(): UseQueryResult<ConfigurationBody> {
  return useQuery({
    queryKey: ['configuration'],
    queryFn: ({ signal }) => getJson<ConfigurationBody>('configuration', {}, signal),
    refetchInterval: CONFIGURATION_INTERVAL_MS,
  });
}
