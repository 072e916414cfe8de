/** Sinks that were taken out of the configuration, and what they are still owed. */
import { List, Text, Title } from '@mantine/core';
import type { RetiredSink } from '@viaduct/broker/admin-api';
import { count } from '../../states/figures.ts';

/** Nothing where there are none. */
export function RetiredSinks({ sinks }: { readonly sinks: readonly RetiredSink[] }) {
  if (sinks.length === 0) return null;
  return (
    <section aria-labelledby="retired-sinks">
      <Title order={3} size="h4" id="retired-sinks" mb="xs">
        Retired sinks
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        Not in the configuration any more. They hold nothing back; one that is written there again
        goes on where it stopped.
      </Text>
      <List size="sm">
        {sinks.map(({ name, pending = 0 }) => (
          <List.Item key={name}>
            {name}: {pending === 0 ? 'owed nothing' : `still owed ${count(pending)} events`}
          </List.Item>
        ))}
      </List>
    </section>
  );
}
