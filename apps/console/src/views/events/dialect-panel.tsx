/** An event as any dialect says it. */
import { Alert, Select, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { EventOutput } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { getJson } from '../../api/request.ts';
import { NativeView } from '../../native/native-view.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { LossList } from '../../translation/loss-list.tsx';
import { OriginsTable } from '../../translation/origins-table.tsx';
import { DIALECT_CHOICES, DIALECTS } from '../playground/dialects.ts';

/** Rendered by the broker, as a sink without options of its own would send it. */
export function DialectPanel({ id, origin }: { readonly id: string; readonly origin: string }) {
  const first = DIALECTS.find(({ name }) => name !== origin)?.name ?? origin;
  const [dialect, setDialect] = useState(first);
  const output = useQuery({
    queryKey: ['event', id, 'as', dialect],
    queryFn: ({ signal }) =>
      getJson<EventOutput>(`events/${encodeURIComponent(id)}/as/${dialect}`, {}, signal),
  });
  return (
    <Stack>
      <Select
        label="Dialect"
        data={DIALECT_CHOICES}
        value={dialect}
        allowDeselect={false}
        onChange={(name) => setDialect(name ?? dialect)}
        maw={320}
      />
      <QueryState query={output}>{(body) => <OutputView output={body} />}</QueryState>
    </Stack>
  );
}

function OutputView({ output }: { readonly output: EventOutput }) {
  const { natives = [], losses = [], explain, error } = output;
  if (error !== undefined) {
    return (
      <Alert color="red" role="alert" title={error.code}>
        {error.message}
      </Alert>
    );
  }
  return (
    <Tabs defaultValue="messages" keepMounted={false}>
      <Tabs.List aria-label="The event in this dialect">
        <Tabs.Tab value="messages">Messages ({natives.length})</Tabs.Tab>
        <Tabs.Tab value="origin">Where from</Tabs.Tab>
        <Tabs.Tab value="losses">Losses ({losses.length})</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="messages" pt="md">
        <Stack>
          {natives.length === 0 ? <Text>The dialect says nothing of such an event.</Text> : null}
          {natives.map((native, index) => (
            <NativeView key={index} message={native} label={`message ${String(index + 1)}`} />
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="origin" pt="md">
        <OriginsTable explanations={explain === undefined ? [] : [explain]} />
      </Tabs.Panel>
      <Tabs.Panel value="losses" pt="md">
        <LossList losses={losses} />
      </Tabs.Panel>
    </Tabs>
  );
}
