/** Sinks that were taken out of the configuration, and what they are still owed. */
import { Button, List, Text, Title } from '@mantine/core';
import type { RetiredSink } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { useIsOperator } from '../../api/session.ts';
import { count } from '../../states/figures.ts';
import { DropDialog } from './drop-dialog.tsx';

/** Nothing where there are none. */
export function RetiredSinks({ sinks }: { readonly sinks: readonly RetiredSink[] }) {
  const isOperator = useIsOperator();
  const [dropped, setDropped] = useState<RetiredSink>();
  // A dialogue stays until it is over, also when its sink was the last.
  if (sinks.length === 0 && dropped === undefined) return null;
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
        {sinks.map((sink) => (
          <List.Item key={sink.name}>
            {sink.name}: {owedTo(sink)}
            {isOperator ? (
              <Button
                size="compact-xs"
                variant="default"
                ml="sm"
                aria-label={`Drop ${sink.name} …`}
                onClick={() => setDropped(sink)}
              >
                Drop …
              </Button>
            ) : null}
          </List.Item>
        ))}
      </List>
      {dropped === undefined ? null : (
        <DropDialog sink={dropped} onClose={() => setDropped(undefined)} />
      )}
    </section>
  );
}

function owedTo({ pending = 0 }: RetiredSink): string {
  if (pending === 0) return 'owed nothing';
  return pending === 1 ? 'still owed 1 event' : `still owed ${count(pending)} events`;
}
