/** Which broker this is and how it does, in the header of every view. */
import { Badge, Group, Text } from '@mantine/core';
import { useStatus } from '../api/status.ts';
import { colourOf, troubleOf } from '../states/trouble.ts';

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
  const trouble = troubleOf(data);
  const { name } = data.broker as { readonly name: string };
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" visibleFrom="sm" truncate>
        {name}
      </Text>
      <Badge color={colourOf(trouble.level)} variant="light" role="status">
        {trouble.text}
      </Badge>
    </Group>
  );
}
