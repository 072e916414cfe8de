/** What is wrong right now, as the alarms of all sources say; and telling it again. */
import { Alert, Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBellRinging } from '@tabler/icons-react';
import type { AlarmList, ReplayFigures } from '@viaduct/broker/admin-api';
import { useAlarms } from '../../api/alarms.ts';
import { useIsOperator } from '../../api/session.ts';
import { ReplayPanel } from '../../replay/replay-panel.tsx';
import { useReplay } from '../../replay/use-replay.ts';
import { count } from '../../states/figures.ts';
import { Nothing, QueryState } from '../../states/query-state.tsx';
import { AlarmRow } from './alarm-row.tsx';

/** See the file's comment. */
export function AlarmsPanel() {
  const alarms = useAlarms();
  return <QueryState query={alarms}>{(data) => <Alarms list={data} />}</QueryState>;
}

function Alarms({ list }: { readonly list: AlarmList }) {
  const { alarms, warnings } = list;
  return (
    <Stack>
      {warnings.map((warning) => (
        <Alert key={warning} color="orange">
          {warning}
        </Alert>
      ))}
      {alarms.length === 0 ? (
        <Nothing title="No alarm is active">
          An alarm is raised by an event that says something failed, and cleared by one that says it
          is well again.
        </Nothing>
      ) : (
        <>
          <Group justify="space-between">
            <Text size="sm">
              {alarms.length === 1 ? '1 alarm is' : `${count(alarms.length)} alarms are`} active,
              the oldest first.
            </Text>
            <ResendButton />
          </Group>
          <Table verticalSpacing="xs" aria-label="Active alarms">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={120}>Severity</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th visibleFrom="sm">Source</Table.Th>
                <Table.Th ta="right">Since</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {alarms.map((alarm) => (
                <AlarmRow key={`${alarm.source} ${alarm.key}`} alarm={alarm} />
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Stack>
  );
}

function ResendButton() {
  const [isOpen, { open, close }] = useDisclosure();
  if (!useIsOperator()) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconBellRinging size={16} />} onClick={open}>
        Tell them again
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        size="lg"
        title="Tell active alarms again"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Resend onClose={close} />
      </Modal>
    </>
  );
}

function Resend({ onClose }: { readonly onClose: () => void }) {
  const replay = useReplay<ReplayFigures>('alarms/resend', NO_BODY);
  return <ReplayPanel replay={replay} onClose={onClose} />;
}

/** All alarms, wherever today's routes lead them. */
const NO_BODY = {};
