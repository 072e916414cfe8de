/** Which broker this is and how it does, in the header of every view. */
import { Badge, Group, Text } from '@mantine/core';
import { useStatus } from '../api/status.ts';
import { StateBadge } from '../states/state-badge.tsx';
import { troubleOf } from '../states/trouble.ts';

/** Its name and the worst that is the matter; says so when it does not answer. */
export function BrokerBadge() {
  const { data, error } = useStatus();
  if (data === undefined || error !== null) {
    return (
      <Badge color={error === null ? 'gray' : 'red'} variant="light" role="status">
        {error === null ? 'connecting' : 'no answer'}
      </Badge>
    );
  }
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" visibleFrom="sm" truncate>
        {data.broker.name}
      </Text>
      <Group role="status">
        <StateBadge trouble={troubleOf(data)} />
      </Group>
    </Group>
  );
}
