/** Where each value of an output came from. */
import { Alert, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { causesOf, type ExplainedField, type Explanation } from '@viaduct/translation';
import { useMemo, useState } from 'react';

/** Rows that are shown; a filter finds the others. */
const ROWS_MAX = 400;

interface Row {
  readonly key: string;
  readonly path: string;
  readonly value: string;
  readonly causes: readonly string[];
  /** All of it in lower case, to be found by. */
  readonly text: string;
}

/** A table with a filter on all its columns. */
export function OriginsTable({ explanations }: { readonly explanations: readonly Explanation[] }) {
  const [wanted, setWanted] = useState('');
  const rows = useMemo(() => explanations.flatMap(rowsOf), [explanations]);
  const found = rows.filter(({ text }) => text.includes(wanted.toLowerCase()));
  return (
    <Stack gap="xs">
      <TextInput
        aria-label="Filter the values"
        placeholder="Filter: a field, a value, where from"
        leftSection={<IconFilter size={16} />}
        value={wanted}
        onChange={({ currentTarget }) => setWanted(currentTarget.value)}
      />
      <Text size="xs" c="dimmed" role="status">
        {found.length} of {rows.length} values
        {found.length > ROWS_MAX ? `, the first ${String(ROWS_MAX)} are shown` : ''}
      </Text>
      <Table.ScrollContainer
        minWidth={480}
        maxHeight="60vh"
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Where values came from' } }}
      >
        <Table striped stickyHeader aria-label="Where values came from">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Field of the output</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Came from</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.slice(0, ROWS_MAX).map(({ key, path, value, causes }) => (
              <Table.Tr key={key}>
                <Table.Td className="mono">{path}</Table.Td>
                <Table.Td className="mono">{value}</Table.Td>
                <Table.Td>
                  {causes.map((cause) => (
                    <div key={cause}>{cause}</div>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Elsewhere explanations={explanations} />
    </Stack>
  );
}

function Elsewhere({ explanations }: { readonly explanations: readonly Explanation[] }) {
  const inventions = explanations.flatMap(({ elsewhere }) => elsewhere);
  if (inventions.length === 0) return null;
  return (
    <Alert color="gray" title="Also invented">
      {inventions.map(({ path, rule }) => (
        <div key={path}>
          <span className="mono">{path}</span>: {rule}
        </div>
      ))}
    </Alert>
  );
}

function rowsOf({ messages }: Explanation, at: number): readonly Row[] {
  return messages.flatMap(({ fields }, message) =>
    fields.map((field, index) => rowOf(field, `${String(at)}.${String(message)}.${String(index)}`)),
  );
}

function rowOf(field: ExplainedField, key: string): Row {
  const value = JSON.stringify(field.value);
  const causes = causesOf(field);
  const text = [field.path, value, ...causes].join('\n').toLowerCase();
  return { key, path: field.path, value, causes, text };
}
