/** Sources, routes and sinks, what goes between them, and what is the matter. */
import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { StatusBody } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { useStatus } from '../../api/status.ts';
import { Nothing, QueryState } from '../../states/query-state.tsx';
import { MapDiagram } from './map-diagram.tsx';
import { mapGraphOf } from './map-graph.ts';
import { MapTotals } from './map-totals.tsx';
import { TroubleList } from './trouble-list.tsx';
import { WaysTable } from './ways-table.tsx';

const FORMS = [
  { value: 'diagram', label: 'Diagram' },
  { value: 'table', label: 'Table' },
];

/** The map: a diagram, or the same as a table. */
export function MapView() {
  const status = useStatus();
  const isNarrow = useMediaQuery('(max-width: 48em)', window.innerWidth < 768, {
    getInitialValueInEffect: false,
  });
  const [chosen, setChosen] = useState<string>();
  const form = chosen ?? (isNarrow ? 'table' : 'diagram');
  return (
    <Stack>
      <Group justify="space-between" align="end">
        <div>
          <Title order={2}>Map</Title>
          <Text c="dimmed" size="sm">
            What comes in, where it goes, and how fast, over the last ten seconds.
          </Text>
        </div>
        <SegmentedControl
          aria-label="How the map is shown"
          data={FORMS}
          value={form}
          onChange={setChosen}
        />
      </Group>
      <QueryState query={status}>{(data) => <Shown status={data} form={form} />}</QueryState>
    </Stack>
  );
}

function Shown({ status, form }: { readonly status: StatusBody; readonly form: string }) {
  const graph = mapGraphOf(status);
  if (status.sources.length + status.sinks.length === 0) {
    return (
      <Nothing title="Nothing is connected yet">
        The configuration has no sources and no sinks. Write some, see them checked under
        Configuration, and reload.
      </Nothing>
    );
  }
  return (
    <Stack>
      <MapTotals status={status} />
      <TroubleList status={status} />
      {status.routes.length === 0 ? (
        <Text role="note">
          There are no routes: what the sources bring is kept in the journal and sent nowhere.
        </Text>
      ) : null}
      {form === 'table' ? <WaysTable graph={graph} /> : <MapDiagram graph={graph} />}
    </Stack>
  );
}
