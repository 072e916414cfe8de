/** What the broker goes by, what stands on the disk, and taking the one for the other. */
import { Alert, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import type { ConfigurationBody } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { useConfiguration } from '../../api/configuration.ts';
import { useIsOperator } from '../../api/session.ts';
import { QueryState } from '../../states/query-state.tsx';
import { CheckPanel } from './check-panel.tsx';
import { DiskPanel } from './disk-panel.tsx';
import { ReloadButton } from './reload-button.tsx';
import { type ReloadOutcome, ReloadReport } from './reload-report.tsx';
import { RunningPanel } from './running-panel.tsx';

/** See the file's comment. */
export function ConfigurationView() {
  const configuration = useConfiguration();
  const { data } = configuration;
  const isOperator = useIsOperator();
  const [outcome, setOutcome] = useState<ReloadOutcome>();
  return (
    <Stack>
      <Group justify="space-between" align="start">
        <div>
          <Title order={2}>Configuration</Title>
          <Text c="dimmed" size="sm" className="breakable">
            {data?.file}
          </Text>
        </div>
        {isOperator && data !== undefined ? (
          <ReloadButton configuration={data} onDone={setOutcome} />
        ) : null}
      </Group>
      <ReloadReport outcome={outcome} onClose={() => setOutcome(undefined)} />
      <QueryState query={configuration}>{(shown) => <Shown configuration={shown} />}</QueryState>
    </Stack>
  );
}

function Shown({ configuration }: { readonly configuration: ConfigurationBody }) {
  const { isSame, disk } = configuration;
  const isOperator = useIsOperator();
  return (
    <Stack>
      <DiskNotice isSame={isSame} problems={disk.problems.length} />
      <Tabs defaultValue="running" keepMounted={false}>
        <Tabs.List aria-label="Configuration" mb="md">
          <Tabs.Tab value="running">Running</Tabs.Tab>
          <Tabs.Tab value="disk">
            On disk{isSame ? '' : disk.ok ? ' (differs)' : ' (problems)'}
          </Tabs.Tab>
          {isOperator ? <Tabs.Tab value="check">Check a text</Tabs.Tab> : null}
        </Tabs.List>
        <Tabs.Panel value="running">
          <RunningPanel configuration={configuration} />
        </Tabs.Panel>
        <Tabs.Panel value="disk">
          <DiskPanel configuration={configuration} />
        </Tabs.Panel>
        <Tabs.Panel value="check">
          <CheckPanel first={disk.text ?? configuration.running.text ?? ''} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function DiskNotice({ isSame, problems }: { readonly isSame: boolean; readonly problems: number }) {
  if (isSame) return null;
  if (problems === 0) {
    return (
      <Alert color="blue" role="status">
        The file on the disk is another than the one that runs. It counts when it is reloaded.
      </Alert>
    );
  }
  return (
    <Alert color="red" role="status">
      The file on the disk is another than the one that runs, and cannot be reloaded before{' '}
      {problems === 1 ? 'a problem is' : `${problems} problems are`} solved: see On disk.
    </Alert>
  );
}
