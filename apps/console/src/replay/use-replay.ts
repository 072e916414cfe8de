/** Sending again: planned first, done when it was said, told as it goes, called off at any time. */
import type { Progress, ReplayResult } from '@viaduct/broker/admin-api';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { postLines } from '../api/request.ts';

/** How far the writing is. */
export type Writing = Extract<Progress<never>, { readonly kind: 'writing' }>;

/** Where a replay stands. */
export type ReplayState<Plan> =
  | { readonly kind: 'planning'; readonly scanned: number }
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'sending'; readonly plan: Plan; readonly step?: Writing }
  | { readonly kind: 'done'; readonly result: ReplayResult }
  | { readonly kind: 'called-off'; readonly written: number }
  | { readonly kind: 'failed'; readonly error: Error };

/** See the file's comment. */
export interface Replay<Plan> {
  readonly state: ReplayState<Plan>;
  /** Plans anew. */
  readonly plan: () => void;
  /** Does what was planned. */
  readonly send: () => void;
  /** What was written by then stays written. */
  readonly callOff: () => void;
}

/** Plans `request` at once, and again whenever it is another. Leaving the page calls it off. */
export function useReplay<Plan>(path: string, request: object): Replay<Plan> {
  const [state, setState] = useState<ReplayState<Plan>>({ kind: 'planning', scanned: 0 });
  const queries = useQueryClient();
  const work = useRef<AbortController>(undefined);
  const key = JSON.stringify(request);

  const run = useCallback(
    async (plan: Plan | undefined): Promise<void> => {
      work.current?.abort();
      const control = new AbortController();
      work.current = control;
      const show = (next: ReplayState<Plan>): void => {
        if (work.current === control) setState(next);
      };
      const body = { ...(JSON.parse(key) as object), dryRun: plan === undefined };
      let written = 0;
      show(plan === undefined ? { kind: 'planning', scanned: 0 } : { kind: 'sending', plan });
      try {
        for await (const step of postLines<Progress<Plan>>(path, body, control.signal)) {
          if (step.kind === 'writing') written = step.written;
          const next = stateAfter(step, plan);
          if (next !== undefined) show(next);
        }
      } catch (error) {
        if (control.signal.aborted) show({ kind: 'called-off', written });
        else show({ kind: 'failed', error: error as Error });
      }
      // Letters, events and, where a session has ended, who one is.
      if (plan !== undefined || !control.signal.aborted) void queries.invalidateQueries();
    },
    [key, path, queries],
  );

  useEffect(() => {
    void run(undefined);
    return () => {
      const control = work.current;
      work.current = undefined;
      control?.abort();
    };
  }, [run]);

  return {
    state,
    plan: () => void run(undefined),
    send: () => {
      if (state.kind === 'planned') void run(state.plan);
    },
    callOff: () => work.current?.abort(),
  };
}

function stateAfter<Plan>(
  step: Progress<Plan>,
  plan: Plan | undefined,
): ReplayState<Plan> | undefined {
  if (plan === undefined) {
    if (step.kind === 'scanning') return { kind: 'planning', scanned: step.scanned };
    return step.kind === 'plan' ? { kind: 'planned', plan: step.plan } : undefined;
  }
  if (step.kind === 'writing') return { kind: 'sending', plan, step };
  return step.kind === 'done' ? { kind: 'done', result: step.result } : undefined;
}
