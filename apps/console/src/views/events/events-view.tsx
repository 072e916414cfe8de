/** What comes in: live, searched, and each event with all that is known of it. */
import { Button, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import { useState } from 'react';
import { useIsOperator } from '../../api/session.ts';
import { ReplayDialog } from '../../replay/replay-dialog.tsx';
import { EventDrawer } from './event-drawer.tsx';
import { FilterBar } from './filter-bar.tsx';
import { LiveList } from './live-list.tsx';
import { SearchList } from './search-list.tsx';
import { usePlace } from './use-watch.ts';

/** The list stays where it is while an event is opened before it. */
export function EventsView() {
  const { watch, setWatch, event, close } = usePlace();
  const { mode, filter, range } = watch;
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="end">
        <div>
          <Title order={2}>Events</Title>
          <Text c="dimmed" size="sm">
            What came in, where it went, and what became of it.
          </Text>
        </div>
        <Group gap="sm">
          <ReplayButton />
          <SegmentedControl
            aria-label="Which events"
            value={mode}
            onChange={(value) => setWatch({ ...watch, mode: value === 'live' ? 'live' : 'search' })}
            data={[
              { value: 'live', label: 'Live' },
              { value: 'search', label: 'Search' },
            ]}
          />
        </Group>
      </Group>
      <FilterBar filter={filter} onChange={(next) => setWatch({ ...watch, filter: next })} />
      {mode === 'live' ? (
        <LiveList filter={filter} />
      ) : (
        <SearchList
          filter={filter}
          range={range}
          onRange={(next) => setWatch({ ...watch, range: next })}
        />
      )}
      <EventDrawer id={event} onClose={close} />
    </Stack>
  );
}

function ReplayButton() {
  const [isOpen, setIsOpen] = useState(false);
  const isOperator = useIsOperator();
  if (!isOperator) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRepeat size={16} />}
        onClick={() => setIsOpen(true)}
      >
        Send again …
      </Button>
      {isOpen ? <ReplayDialog onClose={() => setIsOpen(false)} /> : null}
    </>
  );
}
