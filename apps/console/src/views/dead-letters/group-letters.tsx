/** The letters of one group, page by page, and what can be done with them. */
import { Anchor, Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core';
import { IconRepeat, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { DeadLetterPage, LetterGroup, LetterSummary } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { Link } from 'wouter';
import { getJson } from '../../api/request.ts';
import { useIsOperator } from '../../api/session.ts';
import { moment } from '../../states/figures.ts';
import { Nothing, QueryState } from '../../states/query-state.tsx';
import { filterOf, someLetters, type Task, wholeGroup } from './selection.ts';

/** Letters of one page. */
const PAGE = 50;

/** See the file's comment. */
export function GroupLetters(props: {
  readonly group: LetterGroup;
  readonly onTask: (task: Task) => void;
}) {
  const { group, onTask } = props;
  const isOperator = useIsOperator();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  /** Where each page before this one began; `undefined` is the beginning. */
  const [starts, setStarts] = useState<readonly (number | undefined)[]>([undefined]);
  const after = starts.at(-1);
  const filter = filterOf(group);
  const page = useQuery({
    // Its count is part of it: another count is another list.
    queryKey: ['letters', filter, after, group.count],
    queryFn: ({ signal }) =>
      getJson<DeadLetterPage>('dead-letters', { ...filter, after, max: PAGE }, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <QueryState query={page}>
      {({ letters, next }) => (
        <Stack gap="xs">
          {isOperator ? (
            <Actions
              group={group}
              onTask={onTask}
              chosen={letters.filter(({ id }) => chosen.has(id)).map(({ id }) => id)}
            />
          ) : null}
          {letters.length === 0 ? (
            <Nothing title="No more letters">They went since they were counted.</Nothing>
          ) : (
            <LetterTable
              letters={letters}
              chosen={isOperator ? chosen : undefined}
              onChoose={setChosen}
            />
          )}
          <Pager
            hasBefore={starts.length > 1}
            onBefore={() => setStarts(starts.slice(0, -1))}
            onNext={next === undefined ? undefined : () => setStarts([...starts, next])}
          />
        </Stack>
      )}
    </QueryState>
  );
}

function Actions(props: {
  readonly group: LetterGroup;
  readonly chosen: readonly number[];
  readonly onTask: (task: Task) => void;
}) {
  const { group, chosen, onTask } = props;
  const of = chosen.length === 0 ? wholeGroup(group) : someLetters(chosen);
  const words = chosen.length === 0 ? `all ${of.words}` : of.words;
  return (
    <Group gap="xs">
      <Button
        size="xs"
        leftSection={<IconRepeat size={14} />}
        onClick={() => onTask({ what: 'replay', of })}
      >
        Send {words} again …
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTrash size={14} />}
        onClick={() => onTask({ what: 'discard', of })}
      >
        Discard {words} …
      </Button>
    </Group>
  );
}

function LetterTable(props: {
  readonly letters: readonly LetterSummary[];
  /** Missing for those who may not choose. */
  readonly chosen: ReadonlySet<number> | undefined;
  readonly onChoose: (chosen: ReadonlySet<number>) => void;
}) {
  const { letters, chosen, onChoose } = props;
  const isAll = chosen !== undefined && letters.every(({ id }) => chosen.has(id));
  const isSome = chosen !== undefined && letters.some(({ id }) => chosen.has(id));
  const set = (ids: readonly number[], isChosen: boolean): void => {
    const next = new Set(chosen);
    for (const id of ids) {
      if (isChosen) next.add(id);
      else next.delete(id);
    }
    onChoose(next);
  };
  return (
    <Table verticalSpacing={4} highlightOnHover aria-label="Letters">
      <Table.Thead>
        <Table.Tr>
          {chosen === undefined ? null : (
            <Table.Th w={36}>
              <Checkbox
                size="xs"
                aria-label="Choose all of this page"
                checked={isAll}
                indeterminate={isSome && !isAll}
                onChange={({ currentTarget }) =>
                  set(
                    letters.map(({ id }) => id),
                    currentTarget.checked,
                  )
                }
              />
            </Table.Th>
          )}
          <Table.Th>Letter</Table.Th>
          <Table.Th visibleFrom="sm">When</Table.Th>
          <Table.Th>Event</Table.Th>
          <Table.Th visibleFrom="sm">Attempts</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {letters.map((letter) => (
          <LetterRow
            key={letter.id}
            letter={letter}
            isChosen={chosen?.has(letter.id)}
            onChoose={(isChosen) => set([letter.id], isChosen)}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function LetterRow(props: {
  readonly letter: LetterSummary;
  readonly isChosen: boolean | undefined;
  readonly onChoose: (isChosen: boolean) => void;
}) {
  const { id, at, event, reason, attempts } = props.letter;
  return (
    <Table.Tr>
      {props.isChosen === undefined ? null : (
        <Table.Td>
          <Checkbox
            size="xs"
            aria-label={`Choose letter ${String(id)}`}
            checked={props.isChosen}
            onChange={({ currentTarget }) => props.onChoose(currentTarget.checked)}
          />
        </Table.Td>
      )}
      <Table.Td>
        <Anchor component={Link} href={`/dead-letters/${String(id)}`} size="sm">
          {id}
        </Anchor>
      </Table.Td>
      <Table.Td className="cut mono" visibleFrom="sm">
        {moment(at)}
      </Table.Td>
      <Table.Td>
        {event === undefined ? (
          <Text size="sm" c="dimmed" lineClamp={1}>
            none: {reason}
          </Text>
        ) : (
          <Text size="sm" lineClamp={1} title={event.type}>
            {event.subject} <span className="dim">{event.type}</span>
          </Text>
        )}
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {moment(at)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{attempts}</Table.Td>
    </Table.Tr>
  );
}

function Pager(props: {
  readonly hasBefore: boolean;
  readonly onBefore: () => void;
  readonly onNext: (() => void) | undefined;
}) {
  if (!props.hasBefore && props.onNext === undefined) return null;
  return (
    <Group gap="xs" justify="end">
      <Button size="xs" variant="default" disabled={!props.hasBefore} onClick={props.onBefore}>
        Older
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={props.onNext === undefined}
        onClick={() => props.onNext?.()}
      >
        Newer
      </Button>
    </Group>
  );
}
