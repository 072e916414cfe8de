/** One active alarm. */
import { Badge, Table, Text } from '@mantine/core';
import type { AlarmList } from '@viaduct/broker/admin-api';
import { moment } from '../../states/figures.ts';

const COLOURS: Readonly<Record<string, string>> = {
  critical: 'red',
  major: 'red',
  minor: 'orange',
  warning: 'yellow',
};

/** See the file's comment. */
export function AlarmRow({ alarm }: { readonly alarm: AlarmList['alarms'][number] }) {
  const { severity, name, subject, cause, source, since } = alarm;
  return (
    <Table.Tr>
      <Table.Td>
        <Badge color={COLOURS[severity] ?? 'gray'} variant="light" tt="none">
          {severity}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Text size="sm" fw={600}>
          {name ?? subject}
        </Text>
        <Text size="xs" c="dimmed">
          {name === undefined ? '' : `${subject} `}
          {cause}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          from {source}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{source}</Table.Td>
      <Table.Td ta="right" className="figure">
        {moment(since)}
      </Table.Td>
    </Table.Tr>
  );
}
