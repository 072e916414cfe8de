/** The latest dead letters of one source or sink, with why. */
import { Anchor, Group, List, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DeadLetterPage } from '@viaduct/broker/admin-api';
import { Link } from 'wouter';
import { getJson } from '../../api/request.ts';
import { moment } from '../../states/figures.ts';
import { QueryState } from '../../states/query-state.tsx';
import type { EndpointId } from './endpoint-view.tsx';

const SHOWN_MAX = 5;

/** How often they are asked for, milliseconds. */
const LETTERS_INTERVAL_MS = 5_000;

/** See the file's comment. */
export function LatestLetters({ role, name }: EndpointId) {
  const letters = useQuery({
    queryKey: ['dead-letters', 'latest', role, name],
    queryFn: ({ signal }) =>
      getJson<DeadLetterPage>('dead-letters', { [role]: name, max: SHOWN_MAX }, signal),
    refetchInterval: LETTERS_INTERVAL_MS,
  });
  return (
    <section aria-labelledby="latest-letters">
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h5" id="latest-letters">
          Latest dead letters
        </Title>
        <Anchor component={Link} href="/dead-letters" size="sm">
          All dead letters
        </Anchor>
      </Group>
      <QueryState query={letters}>{(data) => <Letters page={data} />}</QueryState>
    </section>
  );
}

function Letters({ page }: { readonly page: DeadLetterPage }) {
  if (page.letters.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None: everything found its way.
      </Text>
    );
  }
  return (
    <List size="sm" spacing="xs" listStyleType="none">
      {page.letters.map(({ id, at, code, reason, event }) => (
        <List.Item key={id}>
          <Text size="sm">
            {moment(at)} {event === undefined ? '' : event.subject}
          </Text>
          <Text size="xs" className="mono" c="dimmed">
            {code}: {reason}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
