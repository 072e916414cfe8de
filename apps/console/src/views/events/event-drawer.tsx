/** One event with all that is known of it, opened before the list. */
import { Badge, Button, Drawer, Group, Stack, Tabs, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconLink, IconRepeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { EventBody } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { getJson } from '../../api/request.ts';
import { useIsOperator } from '../../api/session.ts';
import { CodeView } from '../../code/code-view.tsx';
import { CopyText } from '../../code/copy-text.tsx';
import { ReplayDialog } from '../../replay/replay-dialog.tsx';
import { moment } from '../../states/figures.ts';
import { QueryState } from '../../states/query-state.tsx';
import { severityColour, stateColour } from './colours.ts';
import { DialectPanel } from './dialect-panel.tsx';
import { EventPath } from './event-path.tsx';
import { OriginalPanel } from './original-panel.tsx';

/** How often an event that is still on its way is looked at again, milliseconds. */
const UNDER_WAY_INTERVAL_MS = 1_500;

/** How long a link is said to be copied, milliseconds. */
const SAID_MS = 2_000;

/** Opened where there is an id. */
export function EventDrawer(props: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}) {
  const { id, onClose } = props;
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="min(60rem, 100%)"
      title="Event"
      closeButtonProps={{ 'aria-label': 'Close the event' }}
    >
      {id === undefined ? null : <OpenedEvent key={id} id={id} />}
    </Drawer>
  );
}

function OpenedEvent({ id }: { readonly id: string }) {
  const event = useQuery({
    queryKey: ['event', id],
    queryFn: ({ signal }) => getJson<EventBody>(`events/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (isUnderWay(state.data) ? UNDER_WAY_INTERVAL_MS : false),
  });
  return <QueryState query={event}>{(body) => <Opened body={body} />}</QueryState>;
}

function isUnderWay(body: EventBody | undefined): boolean {
  return body?.deliveries.some(({ state }) => state !== 'done' && state !== 'unknown') === true;
}

function Opened({ body }: { readonly body: EventBody }) {
  const canonical = JSON.stringify(body.event, undefined, 2);
  return (
    <Stack>
      <Heading body={body} />
      <Tabs defaultValue="path" keepMounted={false}>
        <Tabs.List aria-label="What is known of the event">
          <Tabs.Tab value="path">Path</Tabs.Tab>
          <Tabs.Tab value="canonical">Canonical</Tabs.Tab>
          <Tabs.Tab value="original">Original</Tabs.Tab>
          <Tabs.Tab value="dialect">In another dialect</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="path" pt="md">
          <EventPath body={body} />
        </Tabs.Panel>
        <Tabs.Panel value="canonical" pt="md">
          <Group justify="end" mb="xs">
            <CopyText text={canonical} what="the canonical event" />
          </Group>
          <CodeView language="json" label="The canonical event" text={canonical} />
        </Tabs.Panel>
        <Tabs.Panel value="original" pt="md">
          <OriginalPanel native={body.native} />
        </Tabs.Panel>
        <Tabs.Panel value="dialect" pt="md">
          <DialectPanel id={body.event.id} origin={body.event.origin} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Heading({ body }: { readonly body: EventBody }) {
  const { event, replay, others } = body;
  const { data, subject, nativetype, type, time, id } = event;
  const state = data.state?.value ?? data.outcome;
  const shown = {
    ...(data.state === undefined ? {} : { state: data.state.value }),
    ...(data.outcome === undefined ? {} : { outcome: data.outcome }),
  };
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Text fw={600} size="lg" className="breakable">
          {data.resource.name ?? subject}
        </Text>
        {state === undefined ? null : (
          <Badge variant="light" color={stateColour(shown)}>
            {state}
          </Badge>
        )}
        {data.severity === undefined ? null : (
          <Badge variant="dot" color={severityColour(data.severity)}>
            {data.severity}
          </Badge>
        )}
        {replay === undefined ? null : (
          <Badge variant="outline" color="gray">
            replayed
          </Badge>
        )}
      </Group>
      {data.message === undefined ? null : <Text className="breakable">{data.message}</Text>}
      <Text size="sm" c="dimmed" className="breakable">
        {subject} · {nativetype} · {type} · {moment(time)}
        {others.length === 0 ? '' : ` · stored ${String(others.length + 1)} times, by replays`}
      </Text>
      <Group gap="xs">
        <Text size="xs" className="mono">
          {id}
        </Text>
        <CopyText text={id} what="the id" />
        <CopyLink />
        <Again body={body} />
      </Group>
    </Stack>
  );
}

function CopyLink() {
  const { copied, copy } = useClipboard({ timeout: SAID_MS });
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      leftSection={<IconLink size={14} />}
      onClick={() => copy(window.location.href)}
    >
      {copied ? 'Copied' : 'Copy a link'}
    </Button>
  );
}

function Again({ body: { event, at } }: { readonly body: EventBody }) {
  const [isOpen, setIsOpen] = useState(false);
  const isOperator = useIsOperator();
  if (!isOperator) return null;
  return (
    <>
      <Button
        size="compact-xs"
        variant="light"
        leftSection={<IconRepeat size={14} />}
        onClick={() => setIsOpen(true)}
      >
        Send again …
      </Button>
      {isOpen ? (
        <ReplayDialog
          event={{ id: event.id, at, subject: event.subject }}
          onClose={() => setIsOpen(false)}
        />
      ) : null}
    </>
  );
}
