/** The first cells of a row: how it is and what it is called, with what went wrong last. */
import { Anchor, Table, Text } from '@mantine/core';
import type { SinkBody, SourceBody } from '@viaduct/broker/admin-api';
import { Link } from 'wouter';
import { StateBadge } from '../../states/state-badge.tsx';
import { troubleOfEndpoint } from '../../states/trouble.ts';

/** See the file's comment. */
export function EndpointName(props: {
  readonly role: 'source' | 'sink';
  readonly endpoint: SourceBody | SinkBody;
}) {
  const { role, endpoint } = props;
  const trouble = troubleOfEndpoint(endpoint);
  const { name, adapter, lastError } = endpoint;
  return (
    <>
      <Table.Th scope="row" fw={400}>
        <Anchor component={Link} href={`/endpoints/${role}/${encodeURIComponent(name)}`} fw={600}>
          {name}
        </Anchor>
        <Text size="xs" c="dimmed">
          {adapter}
        </Text>
        {trouble.level === 'good' || lastError === undefined ? null : (
          <Text size="xs" className="last-error" title={lastError.message}>
            {lastError.message}
          </Text>
        )}
      </Table.Th>
      <Table.Td>
        <StateBadge trouble={trouble} />
      </Table.Td>
    </>
  );
}
