/** What is shown of the events: by source, kind, severity, subject, type and text. */
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { KINDS, SEVERITIES } from '@viaduct/core';
import { useState } from 'react';
import { useStatus } from '../../api/status.ts';
import type { EventFilter } from './filter.ts';

/** How long one has stopped typing when it counts, milliseconds. */
const PAUSE_MS = 350;

/** A filter, and what is done with another. */
export interface FilterBarProps {
  readonly filter: EventFilter;
  readonly onChange: (filter: EventFilter) => void;
}

const KIND_CHOICES = [...KINDS];

const SEVERITY_CHOICES = SEVERITIES.map((value) => ({
  value,
  label: value === 'critical' ? value : `${value} or worse`,
}));

/** See the file's comment. */
export function FilterBar({ filter, onChange }: FilterBarProps) {
  const [isOpen, more] = useDisclosure(hasMore(filter));
  const status = useStatus().data;
  const change = (part: Partial<Record<keyof EventFilter, string | undefined>>): void =>
    onChange(withoutEmpty({ ...filter, ...part }));
  const select = (name: keyof EventFilter, label: string, data: Choices, width: number) => (
    <Select
      size="xs"
      w={{ base: 'calc(50% - 5px)', xs: width }}
      aria-label={label}
      placeholder={label}
      clearable
      searchable
      data={withChosen(data, filter[name])}
      value={filter[name] ?? null}
      onChange={(value) => change({ [name]: value ?? undefined })}
      clearButtonProps={{ 'aria-label': `Any ${label.toLowerCase()}`, tabIndex: 0 }}
    />
  );
  const text = (name: keyof EventFilter, label: string) => (
    <SlowInput
      label={label}
      value={filter[name] ?? ''}
      onChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <Group gap="xs" role="search" aria-label="Filter">
      {text('text', 'Text, anywhere')}
      {select(
        'source',
        'Source',
        (status?.sources ?? []).map(({ name }) => name),
        140,
      )}
      {select('severity', 'Severity', SEVERITY_CHOICES, 160)}
      {isOpen ? (
        <>
          {select('kind', 'Kind', KIND_CHOICES, 130)}
          {select(
            'sink',
            'Sink',
            (status?.sinks ?? []).map(({ name }) => name),
            140,
          )}
          {text('subject', 'Subject: compute/*')}
          {text('type', 'Type: *.error')}
        </>
      ) : null}
      <Button
        size="xs"
        variant="subtle"
        leftSection={<IconFilter size={14} />}
        aria-expanded={isOpen}
        onClick={more.toggle}
      >
        {isOpen ? 'Fewer' : 'More'}
      </Button>
      {Object.keys(filter).length === 0 ? null : (
        <Button size="xs" variant="subtle" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </Group>
  );
}

type Choices = readonly (string | { readonly value: string; readonly label: string })[];

/** A link may ask for what is not there any more. */
function withChosen(choices: Choices, chosen: string | undefined): Choices {
  const isKnown = choices.some((one) => (typeof one === 'string' ? one : one.value) === chosen);
  return chosen === undefined || isKnown ? choices : [...choices, chosen];
}

function SlowInput(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(props.value);
  const [shown, setShown] = useState(props.value);
  // What is asked for may change elsewhere: by a link, or by clearing all.
  if (shown !== props.value) {
    setShown(props.value);
    setText(props.value);
  }
  const tell = useDebouncedCallback(props.onChange, PAUSE_MS);
  return (
    <TextInput
      size="xs"
      w={{ base: '100%', xs: 190 }}
      aria-label={props.label}
      placeholder={props.label}
      leftSection={<IconSearch size={14} />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        tell(currentTarget.value);
      }}
    />
  );
}

function hasMore({ kind, sink, subject, type }: EventFilter): boolean {
  return [kind, sink, subject, type].some((value) => value !== undefined);
}

function withoutEmpty(filter: Partial<Record<keyof EventFilter, string | undefined>>): EventFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  );
}
