/** Events as they come, to be paused and read. */
import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowUp, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { LIVE_EVENTS_MAX, type LiveEvents, useLiveEvents } from '../../api/live.ts';
import { count } from '../../states/figures.ts';
import { Nothing } from '../../states/query-state.tsx';
import { EventList } from './event-list.tsx';
import { type EventFilter, queryOf } from './filter.ts';

/** See the file's comment. While somebody reads in the list it does not move below him. */
export function LiveList({ filter }: { readonly filter: EventFilter }) {
  const [isPaused, setIsPaused] = useState(false);
  const [isRead, setIsRead] = useState(false);
  const live = useLiveEvents(queryOf(filter), isPaused || isRead);
  const goOn = (): void => {
    setIsPaused(false);
    setIsRead(false);
    document.querySelector('.event-list')?.scrollTo({ top: 0 });
    (document.activeElement as HTMLElement | null)?.blur();
  };
  const isHeld = isPaused || isRead;
  return (
    <Stack gap="xs">
      <Group gap="sm" mih={30}>
        <Button
          size="xs"
          variant={isPaused ? 'filled' : 'default'}
          leftSection={isPaused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
          onClick={isPaused ? goOn : () => setIsPaused(true)}
        >
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
        <LiveState live={live} isPaused={isPaused} isRead={isRead} />
        {isHeld && live.waiting > 0 ? (
          <Button size="xs" variant="light" leftSection={<IconArrowUp size={14} />} onClick={goOn}>
            {count(live.waiting)} new
          </Button>
        ) : null}
        <Missed live={live} />
      </Group>
      {live.events.length === 0 ? (
        <Empty state={live.state} isFiltered={Object.keys(filter).length > 0} />
      ) : (
        <EventList label="Live events" events={live.events} onRead={setIsRead} />
      )}
    </Stack>
  );
}

function LiveState(props: {
  readonly live: LiveEvents;
  readonly isPaused: boolean;
  readonly isRead: boolean;
}) {
  const { live, isPaused, isRead } = props;
  const [colour, text] =
    live.state === 'lost'
      ? ['red', 'broken off: it comes back by itself']
      : live.state === 'connecting'
        ? ['gray', 'connecting']
        : isPaused
          ? ['orange', 'paused']
          : isRead
            ? ['orange', 'held while you read']
            : ['teal', 'live'];
  return (
    <Badge variant="light" color={colour} role="status">
      {text}
    </Badge>
  );
}

function Missed({ live: { missed, isMore } }: { readonly live: LiveEvents }) {
  if (missed === 0 && !isMore) return null;
  return (
    <Text size="xs" c="dimmed" role="status">
      {missed === 0 ? 'Some' : count(missed)}
      {missed > 0 && isMore ? ' and more' : ''} not shown: too many at once. Search finds them.
    </Text>
  );
}

function Empty(props: { readonly state: LiveEvents['state']; readonly isFiltered: boolean }) {
  if (props.state === 'lost') {
    return (
      <Alert color="red" title="The broker does not answer">
        Events appear here as soon as it does.
      </Alert>
    );
  }
  return (
    <Nothing title={props.isFiltered ? 'No such event yet' : 'No events yet'}>
      {props.isFiltered
        ? 'New events that match appear here by themselves; Search looks through all that is stored.'
        : `Events appear here as they are stored, the latest ${count(LIVE_EVENTS_MAX)} of them.`}
    </Nothing>
  );
}
