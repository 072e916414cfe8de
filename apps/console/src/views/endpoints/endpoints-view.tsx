/** Every source and sink, one of them opened, the active alarms, and the journal. */
import { Stack, Tabs, Text, Title } from '@mantine/core';
import type { StatusBody } from '@viaduct/broker/admin-api';
import { useLocation, useRoute } from 'wouter';
import { useAlarms } from '../../api/alarms.ts';
import { useStatus } from '../../api/status.ts';
import { Nothing, QueryState } from '../../states/query-state.tsx';
import { AlarmsPanel } from './alarms-panel.tsx';
import { SINK_COLUMNS, sourceColumns } from './endpoint-columns.tsx';
import { EndpointView } from './endpoint-view.tsx';
import { EndpointsTable } from './endpoints-table.tsx';
import { JournalPanel } from './journal-panel.tsx';
import { RetiredSinks } from './retired-sinks.tsx';

const PATH = '/endpoints';

/** See the file's comment. */
export function EndpointsView() {
  const [isOne, one] = useRoute<{ role: string; name: string }>(`${PATH}/:role/:name`);
  if (isOne && (one.role === 'source' || one.role === 'sink')) {
    const name = decodeURIComponent(one.name);
    return <EndpointView key={`${one.role} ${name}`} role={one.role} name={name} />;
  }
  return <Everything />;
}

function Everything() {
  const [location, go] = useLocation();
  const status = useStatus();
  const alarms = useAlarms().data?.alarms.length;
  const tab = location.slice(PATH.length + 1);
  return (
    <Stack>
      <div>
        <Title order={2}>Sources and sinks</Title>
        <Text c="dimmed" size="sm">
          How each of them is, what is wrong right now, and what the journal keeps.
        </Text>
      </div>
      <Tabs
        value={['alarms', 'journal'].includes(tab) ? tab : 'all'}
        onChange={(next) => go(next === 'all' ? PATH : `${PATH}/${next ?? ''}`)}
        keepMounted={false}
      >
        <Tabs.List aria-label="Sources and sinks" mb="md">
          <Tabs.Tab value="all">All</Tabs.Tab>
          <Tabs.Tab value="alarms">Alarms{alarms === undefined ? '' : ` (${alarms})`}</Tabs.Tab>
          <Tabs.Tab value="journal">Journal</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="all">
          <QueryState query={status}>{(data) => <Tables status={data} />}</QueryState>
        </Tabs.Panel>
        <Tabs.Panel value="alarms">
          <AlarmsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="journal">
          <QueryState query={status}>{(data) => <JournalPanel status={data} />}</QueryState>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Tables({ status }: { readonly status: StatusBody }) {
  const { sources, sinks, journal, broker } = status;
  if (sources.length + sinks.length + journal.retired.length === 0) {
    return (
      <Nothing title="No sources and no sinks">
        The configuration has none. Write some, see them checked under Configuration, and reload.
      </Nothing>
    );
  }
  return (
    <Stack gap="xl">
      <EndpointsTable
        role="source"
        endpoints={sources}
        columns={sourceColumns(broker.now)}
        none="None: nothing comes in."
      />
      <EndpointsTable
        role="sink"
        endpoints={sinks}
        columns={SINK_COLUMNS}
        none="None: what comes in is kept, and goes nowhere."
      />
      <RetiredSinks sinks={journal.retired} />
    </Stack>
  );
}
