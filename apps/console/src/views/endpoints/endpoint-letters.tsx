/** What of one source or sink ended as a dead letter, by reason. */
import { Anchor, Group, List, Text, Title } from '@mantine/core';
import type { LetterGroup } from '@viaduct/broker/admin-api';
import { Link } from 'wouter';
import { useLetterGroups } from '../../api/letter-groups.ts';
import { count, moment } from '../../states/figures.ts';
import { QueryState } from '../../states/query-state.tsx';
import type { EndpointId } from './endpoint-view.tsx';

/** Reasons that are listed; the view of all has the others. */
const REASONS_MAX = 5;

/** See the file's comment. The reason whose letters are newest stands first. */
export function EndpointLetters({ role, name }: EndpointId) {
  const groups = useLetterGroups();
  return (
    <section aria-labelledby="letters">
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h5" id="letters">
          Dead letters by reason
        </Title>
        <Anchor component={Link} href="/dead-letters" size="sm">
          All dead letters
        </Anchor>
      </Group>
      <QueryState query={groups}>
        {({ groups: all }) => (
          <Reasons
            groups={all
              .filter((group) => group[role] === name)
              .toSorted((one, other) => other.lastAt - one.lastAt)}
          />
        )}
      </QueryState>
    </section>
  );
}

function Reasons({ groups }: { readonly groups: readonly LetterGroup[] }) {
  if (groups.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None are kept.
      </Text>
    );
  }
  return (
    <List size="sm" spacing="xs" listStyleType="none">
      {groups.slice(0, REASONS_MAX).map(({ stage, code, source, sink, ...group }) => (
        <List.Item key={[stage, code, source, sink].join('\n')}>
          <Text size="sm" className="breakable">
            <b>{count(group.count)}</b> × <span className="mono">{code}</span>, the last{' '}
            {moment(group.lastAt)}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {group.reason}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
