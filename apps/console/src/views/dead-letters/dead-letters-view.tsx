/** What could not be done: by reason, looked at, tried again, thrown away. */
import { Alert, Stack, Text, Title } from '@mantine/core';
import type { LetterGroups } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useLetterGroups } from '../../api/letter-groups.ts';
import { count } from '../../states/figures.ts';
import { Nothing, QueryState } from '../../states/query-state.tsx';
import { GroupList } from './group-list.tsx';
import { DiscardDialog } from './discard-dialog.tsx';
import { LetterDrawer } from './letter-drawer.tsx';
import { LetterReplayDialog } from './letter-replay-dialog.tsx';
import type { Task } from './selection.ts';

/** The path of the view. */
export const DEAD_LETTERS_PATH = '/dead-letters';

/** See the file's comment. */
export function DeadLettersView() {
  const [location, navigate] = useLocation();
  // Kept here: the letters that it is about are gone from their list before it is over.
  const [task, setTask] = useState<Task>();
  const endTask = (): void => setTask(undefined);
  const [, id] = /^\/dead-letters\/(\d+)$/.exec(location) ?? [];
  const groups = useLetterGroups();
  return (
    <Stack gap="sm">
      <div>
        <Title order={2}>Dead letters</Title>
        <Text c="dimmed" size="sm">
          What could not be understood or delivered, kept until you send it again or discard it.
        </Text>
      </div>
      <QueryState query={groups}>{(body) => <Groups body={body} onTask={setTask} />}</QueryState>
      <LetterDrawer
        id={id === undefined ? undefined : Number(id)}
        onClose={() => navigate(DEAD_LETTERS_PATH)}
        onTask={setTask}
      />
      {task?.what === 'replay' ? <LetterReplayDialog chosen={task.of} onClose={endTask} /> : null}
      {task?.what === 'discard' ? <DiscardDialog chosen={task.of} onClose={endTask} /> : null}
    </Stack>
  );
}

function Groups(props: { readonly body: LetterGroups; readonly onTask: (task: Task) => void }) {
  const { groups, letters, isComplete } = props.body;
  if (groups.length === 0) {
    return (
      <Nothing title="No dead letters">
        All that came in was understood, and nothing was refused for good.
      </Nothing>
    );
  }
  return (
    <Stack gap="sm">
      {isComplete ? null : (
        <Alert color="orange" title={`There are more than ${count(letters)}`}>
          The oldest were counted. The others are counted as these go.
        </Alert>
      )}
      <GroupList groups={groups} onTask={props.onTask} />
    </Stack>
  );
}
