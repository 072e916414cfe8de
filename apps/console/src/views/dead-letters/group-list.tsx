/** Dead letters by what is wrong with them; a group opens to its letters. */
import { Accordion, Badge, Group, Text } from '@mantine/core';
import type { LetterGroup } from '@viaduct/broker/admin-api';
import { count, moment } from '../../states/figures.ts';
import { GroupLetters } from './group-letters.tsx';
import { keyOf, type Task } from './selection.ts';
import { stageWords } from './stage-words.ts';

/** The largest first; the first is open where there is no other. */
export function GroupList(props: {
  readonly groups: readonly LetterGroup[];
  readonly onTask: (task: Task) => void;
}) {
  const { groups, onTask } = props;
  const [only] = groups.length === 1 ? groups : [];
  return (
    <Accordion
      variant="separated"
      multiple
      order={3}
      chevronPosition="left"
      keepMounted={false}
      defaultValue={only === undefined ? [] : [keyOf(only)]}
    >
      {groups.map((group) => (
        <Accordion.Item key={keyOf(group)} value={keyOf(group)}>
          <Accordion.Control>
            <GroupHead group={group} />
          </Accordion.Control>
          <Accordion.Panel>
            <GroupLetters group={group} onTask={onTask} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function GroupHead({ group }: { readonly group: LetterGroup }) {
  const { stage, code, source, sink, count: figure, reason, firstAt, lastAt } = group;
  const times = figure === 1 ? moment(lastAt) : `${moment(firstAt)} to ${moment(lastAt)}`;
  return (
    <Group gap="sm" wrap="nowrap" align="start">
      <Badge color="red" variant="light" miw={44} mt={2} flex="none">
        {count(figure)}
      </Badge>
      <div>
        <Text fw={600} className="breakable">
          {source}
          {sink === undefined ? '' : ` → ${sink}`}: {stageWords(stage)}
        </Text>
        <Text size="sm" className="breakable" lineClamp={2}>
          {reason}
        </Text>
        <Text size="xs" c="dimmed" className="breakable">
          <span className="mono">{code}</span> · {times}
        </Text>
      </div>
    </Group>
  );
}
