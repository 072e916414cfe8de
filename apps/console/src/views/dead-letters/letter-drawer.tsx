/** One dead letter: the error next to what it is about. */
import { Alert, Anchor, Button, Drawer, Group, Stack, Table, Tabs, Text } from '@mantine/core';
import { IconRepeat, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Attempt, DeadLetter } from '@viaduct/broker/admin-api';
import { Link } from 'wouter';
import { ApiError, getJson } from '../../api/request.ts';
import { useIsOperator } from '../../api/session.ts';
import { CodeView } from '../../code/code-view.tsx';
import { bytes, moment } from '../../states/figures.ts';
import { Nothing, QueryState } from '../../states/query-state.tsx';
import { OriginalPanel } from '../events/original-panel.tsx';
import { placeOf } from '../events/use-watch.ts';
import { someLetters, type Task } from './selection.ts';
import { stageWords } from './stage-words.ts';

/** Opened where there is an id. */
export function LetterDrawer(props: {
  readonly id: number | undefined;
  readonly onClose: () => void;
  readonly onTask: (task: Task) => void;
}) {
  const { id, onClose, onTask } = props;
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="min(60rem, 100%)"
      title={`Dead letter ${String(id ?? '')}`}
      closeButtonProps={{ 'aria-label': 'Close the dead letter' }}
    >
      {id === undefined ? null : <OpenedLetter key={id} id={id} onTask={onTask} />}
    </Drawer>
  );
}

type OnTask = (task: Task) => void;

function OpenedLetter({ id, onTask }: { readonly id: number; readonly onTask: OnTask }) {
  const letter = useQuery({
    queryKey: ['letter', id],
    queryFn: ({ signal }) => getJson<DeadLetter>(`dead-letters/${String(id)}`, {}, signal),
  });
  if (letter.error instanceof ApiError && letter.error.status === 404) {
    return (
      <Nothing title={`There is no dead letter ${String(id)} any more`}>
        It was sent again or discarded, perhaps by somebody else.
      </Nothing>
    );
  }
  return (
    <QueryState query={letter}>{(body) => <Opened letter={body} onTask={onTask} />}</QueryState>
  );
}

function Opened({ letter, onTask }: { readonly letter: DeadLetter; readonly onTask: OnTask }) {
  const { at, stage, code, reason, source, sink, event, native, original, attempts } = letter;
  return (
    <Stack>
      <Alert
        color="red"
        title={`${source}${sink === undefined ? '' : ` → ${sink}`}: ${stageWords(stage)}`}
      >
        <Text className="breakable">{reason}</Text>
        <Text size="xs" mt={4} className="mono">
          {code} · {moment(at)}
        </Text>
      </Alert>
      <Actions id={letter.id} onTask={onTask} />
      {event === undefined ? null : (
        <Text size="sm">
          Event{' '}
          <Anchor component={Link} href={placeOf(event.id)} size="sm">
            {event.subject}, {event.type}
          </Anchor>
        </Text>
      )}
      <Attempts attempts={attempts} />
      <Tabs defaultValue="original" keepMounted={false}>
        <Tabs.List aria-label="What the letter holds">
          <Tabs.Tab value="original">Original</Tabs.Tab>
          <Tabs.Tab value="event">Canonical event</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="original" pt="md">
          {original === undefined ? null : (
            <Text size="xs" c="dimmed" mb="xs" className="breakable">
              {bytes(original.bytes)} were received, SHA-256 {original.sha256}
            </Text>
          )}
          <OriginalPanel native={native} />
        </Tabs.Panel>
        <Tabs.Panel value="event" pt="md">
          {event === undefined ? (
            <Nothing title="No event">It was never understood as one.</Nothing>
          ) : (
            <CodeView
              language="json"
              label="The canonical event"
              text={JSON.stringify(event, undefined, 2)}
            />
          )}
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Actions({ id, onTask }: { readonly id: number; readonly onTask: OnTask }) {
  const isOperator = useIsOperator();
  if (!isOperator) return null;
  const of = someLetters([id]);
  return (
    <Group gap="xs">
      <Button
        size="xs"
        leftSection={<IconRepeat size={14} />}
        onClick={() => onTask({ what: 'replay', of })}
      >
        Send again …
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTrash size={14} />}
        onClick={() => onTask({ what: 'discard', of })}
      >
        Discard …
      </Button>
    </Group>
  );
}

function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  if (attempts.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm">
        {attempts.length === 1 ? '1 attempt' : `${String(attempts.length)} attempts`}
      </Text>
      <Table verticalSpacing={2} aria-label="Attempts">
        <Table.Tbody>
          {attempts.map(({ at, code, message }, index) => (
            <Table.Tr key={index}>
              <Table.Td w={120}>{moment(at)}</Table.Td>
              <Table.Td className="breakable">
                <span className="mono">{code}</span> {message}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
