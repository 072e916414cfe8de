/** Who uses the console, and what they may do. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson } from './request.ts';

/** As the broker sees whoever asks. */
export interface Session {
  /** Whether this page may do more than sign in. */
  readonly isSignedIn: boolean;
  /** Whether nobody may do anything without. */
  readonly isRequired: boolean;
  /** Whether there are users with passwords; tokens are always taken. */
  readonly hasUsers: boolean;
  readonly who?: string;
  readonly role?: 'viewer' | 'operator';
}

/** See {@link Session}. */
export function useSession(): UseQueryResult<Session> {
  return useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => getJson<Session>('session', {}, signal),
    staleTime: 60_000,
  });
}

/** Whether what changes something is offered. */
export function useIsOperator(): boolean {
  return useSession().data?.role === 'operator';
}
