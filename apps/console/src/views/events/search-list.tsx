/** Events of the journal, the newest first, page by page. */
import { Alert, Button, Center, Group, Loader, SegmentedControl, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';
import type { EventSummary } from '@viaduct/broker/admin-api';
import { useMemo } from 'react';
import { getJson } from '../../api/request.ts';
import { TimeInput } from '../../input/time-input.tsx';
import { count } from '../../states/figures.ts';
import { Failure, Nothing } from '../../states/query-state.tsx';
import { EventList } from './event-list.tsx';
import { type EventFilter, queryOf, type Range } from './filter.ts';

/** Events of one page. */
const PAGE = 200;

const HOUR_MS = 3_600_000;

const STRETCHES = [
  { value: String(HOUR_MS / 4), label: '15 min' },
  { value: String(HOUR_MS), label: '1 h' },
  { value: String(24 * HOUR_MS), label: '1 d' },
  { value: String(168 * HOUR_MS), label: '7 d' },
  { value: 'all', label: 'All' },
  { value: 'between', label: 'From … to' },
];

/** What is searched. */
export interface SearchListProps {
  readonly filter: EventFilter;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

interface Page {
  readonly events: readonly EventSummary[];
  readonly next?: number;
  readonly warnings: readonly string[];
}

/** See the file's comment. */
export function SearchList({ filter, range, onRange }: SearchListProps) {
  const search = useSearch(filter, range);
  return (
    <Stack gap="xs">
      <Group gap="sm" align="end" mih={30}>
        <RangeInput range={range} onRange={onRange} />
        <Button
          size="xs"
          variant="default"
          loading={search.isFetching && !search.isFetchingNextPage}
          onClick={() => void search.refetch()}
        >
          Search again
        </Button>
      </Group>
      <Found search={search} />
    </Stack>
  );
}

type Search = UseInfiniteQueryResult<{ readonly pages: readonly Page[] }>;

function useSearch(filter: EventFilter, range: Range): Search {
  return useInfiniteQuery({
    queryKey: ['events', filter, range],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page>(
        'events',
        { ...queryOf(filter), ...rangeQuery(range), view: 'summary', max: PAGE, after: pageParam },
        signal,
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
    // A search is of its moment: what comes later is for the one that is asked for again.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

function rangeQuery({ backMs, from, to }: Range) {
  return backMs === undefined ? { from, to } : { from: Date.now() - backMs };
}

function Found({ search }: { readonly search: Search }) {
  const pages = search.data?.pages;
  const events = useMemo(() => (pages ?? []).flatMap((page) => page.events), [pages]);
  if (pages === undefined) {
    if (search.error !== null) {
      return <Failure error={search.error} onRetry={() => void search.refetch()} />;
    }
    return (
      <Center mih={200} role="status" aria-label="Searching">
        <Loader />
      </Center>
    );
  }
  const warnings = [...new Set(pages.flatMap((page) => page.warnings))];
  const older = <Older search={search} found={events.length} />;
  return (
    <>
      {warnings.length === 0 ? null : (
        <Alert color="orange" title="Not all of the journal can be read">
          {warnings.map((warning) => (
            <div key={warning}>{warning}</div>
          ))}
        </Alert>
      )}
      {events.length === 0 ? (
        <>
          <Nothing title={search.hasNextPage ? 'Nothing found so far' : 'Nothing found'}>
            {search.hasNextPage
              ? 'The newest events were looked through; older ones may match.'
              : 'No stored event matches. A longer stretch of time or a shorter filter finds more.'}
          </Nothing>
          {older}
        </>
      ) : (
        <EventList label="Events found" events={events}>
          {older}
        </EventList>
      )}
    </>
  );
}

function Older({ search, found }: { readonly search: Search; readonly found: number }) {
  return (
    <Stack align="center" gap="xs" p="sm">
      {search.error === null ? null : <Failure error={search.error} />}
      <Text size="xs" c="dimmed" role="status">
        {count(found)} found{search.hasNextPage ? ' so far' : ', that is all'}
      </Text>
      {search.hasNextPage ? (
        <Button
          size="xs"
          variant="default"
          loading={search.isFetchingNextPage}
          onClick={() => void search.fetchNextPage()}
        >
          Older
        </Button>
      ) : null}
    </Stack>
  );
}

function RangeInput(props: { readonly range: Range; readonly onRange: (range: Range) => void }) {
  const { range, onRange } = props;
  const isBetween = range.from !== undefined || range.to !== undefined;
  const choose = (value: string): void => {
    if (value === 'all') onRange({});
    else if (value === 'between') onRange({ from: Date.now() - HOUR_MS, to: Date.now() });
    else onRange({ backMs: Number(value) });
  };
  const moment = (part: 'from' | 'to') => (at: number | undefined) => {
    const { [part]: _, ...rest } = range;
    onRange(at === undefined ? rest : { ...rest, [part]: at });
  };
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="Stretch of time"
        data={STRETCHES}
        value={isBetween ? 'between' : String(range.backMs ?? 'all')}
        onChange={choose}
      />
      {isBetween ? (
        <>
          <TimeInput size="xs" label="From" value={range.from} onChange={moment('from')} />
          <TimeInput size="xs" label="To" value={range.to} onChange={moment('to')} />
        </>
      ) : null}
    </>
  );
}
