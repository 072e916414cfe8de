/** Mounts the console. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './console.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/request.ts';
import { Console } from './shell/console.tsx';
import { Failed } from './shell/failed.tsx';
import { theme } from './shell/theme.ts';

/** What the broker answers is at most this old when a view comes back, milliseconds. */
const FRESH_MS = 1_000;

/** A broker on loopback answers without any network; the browser need not believe in one. */
const networkMode = 'always';

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: { networkMode, staleTime: FRESH_MS, retry: shouldRetry, refetchOnWindowFocus: true },
    mutations: { networkMode },
  },
});

/** A session that has ended leads back to signing in, whatever was asked. */
function noticeEnd(error: Error): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  void queries.invalidateQueries({ queryKey: ['session'] });
}

/** What the broker refused it refuses again; once more where it did not answer. */
function shouldRetry(failures: number, error: Error): boolean {
  return failures < 1 && !(error instanceof ApiError && error.status >= 400 && error.status < 500);
}

const place = document.getElementById('console');
if (place === null) throw new Error('index.html has no place for the console');
const root = createRoot(place, { onUncaughtError: fail });
show(
  <QueryClientProvider client={queries}>
    <Notifications />
    <Console />
  </QueryClientProvider>,
);

function show(content: ReactNode): void {
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        {content}
      </MantineProvider>
    </StrictMode>,
  );
}

/** A mistake in the console itself: said in the page, which would be empty, and in its log. */
function fail(error: unknown): void {
  reportError(error);
  show(<Failed error={error} />);
}
