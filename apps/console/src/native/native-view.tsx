/** A native message to read, with a switch to its exact form. */
import { Group, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import type { JsonObject } from '@viaduct/core';
import { useMemo, useState } from 'react';
import { CodeView } from '../code/code-view.tsx';
import { CopyText } from '../code/copy-text.tsx';
import {
  layOut,
  openedMessage,
  openedText,
  type OpenedPart,
  type Varbind,
} from './opened-message.ts';

/** What is shown: a message in its JSON form, or the text of one that may be malformed. */
export interface NativeViewProps {
  readonly message: JsonObject | string;
  /** What it is, for those who cannot see it. */
  readonly label: string;
}

/** See the file's comment. */
export function NativeView({ message, label }: NativeViewProps) {
  const [form, setForm] = useState('readable');
  const exact = useMemo(() => exactOf(message), [message]);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label={`Form of ${label}`}
          value={form}
          onChange={setForm}
          data={[
            { value: 'readable', label: 'Readable' },
            { value: 'exact', label: 'Exact' },
          ]}
        />
        <CopyText text={exact} what={label} />
      </Group>
      {form === 'exact' ? (
        <CodeView language="json" label={`${label}, exactly`} text={exact} />
      ) : (
        <Readable message={message} label={label} />
      )}
    </Stack>
  );
}

function Readable({ message, label }: NativeViewProps) {
  const parts = useMemo(
    () => (typeof message === 'string' ? openedText(message) : openedMessage(message)),
    [message],
  );
  return parts.map((part, index) => <Part key={index} part={part} label={label} />);
}

function Part({ part, label }: { readonly part: OpenedPart; readonly label: string }) {
  switch (part.kind) {
    case 'fields':
      return (
        <Table withRowBorders={false} verticalSpacing={2} layout="auto" aria-label={label}>
          <Table.Tbody>
            {part.fields.map(({ name, value }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w="1%" className="field-name">
                  {name}
                </Table.Th>
                <Table.Td className="mono">{value === '' ? '(empty)' : value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      );
    case 'varbinds':
      return <Varbinds varbinds={part.varbinds} label={label} />;
    case 'document':
      return (
        <div>
          {part.title === '' ? null : (
            <Text size="xs" c="dimmed" mb={2}>
              {part.title}
            </Text>
          )}
          <CodeView language={part.language} label={`${label} ${part.title}`} text={part.text} />
        </div>
      );
  }
}

function Varbinds(props: { readonly varbinds: readonly Varbind[]; readonly label: string }) {
  return (
    <Table.ScrollContainer
      minWidth={420}
      scrollAreaProps={{
        viewportProps: { tabIndex: 0, 'aria-label': `Objects of ${props.label}` },
      }}
    >
      <Table striped verticalSpacing={4} aria-label={`Objects of ${props.label}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Object</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.varbinds.map(({ oid, name, type, value }, index) => (
            <Table.Tr key={index}>
              <Table.Td>
                {name === undefined ? null : <Text size="sm">{name}</Text>}
                <span className="mono">{oid}</span>
              </Table.Td>
              <Table.Td>{type}</Table.Td>
              <Table.Td className="mono preformatted">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function exactOf(message: JsonObject | string): string {
  if (typeof message !== 'string') return layOut(() => message);
  try {
    const form = JSON.parse(message) as JsonObject;
    return layOut(() => form);
  } catch {
    return message; // malformed: exactly so it came
  }
}
