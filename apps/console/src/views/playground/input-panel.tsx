/** The message to translate: pasted or picked, with what is wrong with it, or what is in it. */
import { Accordion, Alert, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CodeView } from '../../code/code-view.tsx';
import { NativeView } from '../../native/native-view.tsx';
import { DIALECT_CHOICES } from './dialects.ts';
import type { Exhibit } from './permalink.ts';
import { loadSamples } from './samples.ts';
import type { Outcome, WrongOutcome } from './use-translation.ts';

/** See the file's comment. */
export function InputPanel(props: {
  readonly exhibit: Exhibit;
  readonly outcome: Outcome;
  readonly onChange: (part: Partial<Exhibit>) => void;
}) {
  const { exhibit, outcome, onChange } = props;
  const { from, text } = exhibit;
  return (
    <Paper withBorder p="md">
      <Stack>
        <Group grow align="end">
          <Select
            label="From"
            data={DIALECT_CHOICES}
            value={from}
            allowDeselect={false}
            onChange={(name) => onChange({ from: name ?? from, text: '' })}
          />
          <SampleSelect
            dialect={from}
            text={text}
            onPick={(sample) => onChange({ text: sample })}
          />
        </Group>
        <CodeView
          text={text}
          language={text.trimStart().startsWith('<') ? 'xml' : 'json'}
          label="The message to translate"
          placeholder="Paste a message here, or pick an example above."
          troubleLine={outcome.kind === 'wrong' ? outcome.line : undefined}
          onChange={(next) => onChange({ text: next })}
        />
        {outcome.kind === 'wrong' ? <Wrong outcome={outcome} /> : null}
        {outcome.kind === 'translated' ? <OpenedInput text={text} /> : null}
      </Stack>
    </Paper>
  );
}

/** What is in the message, laid out: base64 decoded, documents in texts opened. */
function OpenedInput({ text }: { readonly text: string }) {
  return (
    <Accordion variant="contained" chevronPosition="left" keepMounted={false}>
      <Accordion.Item value="opened">
        <Accordion.Control>
          <Text size="sm">Opened for reading</Text>
        </Accordion.Control>
        <Accordion.Panel>
          <NativeView message={text} label="the message" />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** What is wrong with the message, below it. */
function Wrong({ outcome }: { readonly outcome: WrongOutcome }) {
  const { code, path, why, line } = outcome;
  return (
    <Alert color="red" title={code ?? 'Not a message'} role="alert">
      {line === undefined ? '' : `Line ${String(line)}: `}
      {why}
      {path === undefined || path === '' || why.includes(path) ? null : (
        <Text size="sm" className="mono">
          {path}
        </Text>
      )}
    </Alert>
  );
}

function SampleSelect(props: {
  readonly dialect: string;
  /** What is shown: as long as it is one of the examples, it is named. */
  readonly text: string;
  readonly onPick: (text: string) => void;
}) {
  const { dialect, text, onPick } = props;
  const { data: samples = [] } = useQuery({
    queryKey: ['samples', dialect],
    queryFn: () => loadSamples(dialect),
    staleTime: Infinity,
  });
  return (
    <Select
      label="Example"
      placeholder={samples.length === 0 ? 'none' : 'pick one'}
      searchable
      data={samples.map(({ title }) => title)}
      value={samples.find((one) => one.text === text)?.title ?? null}
      allowDeselect={false}
      onChange={(title) => {
        const sample = samples.find((one) => one.title === title);
        if (sample !== undefined) onPick(sample.text);
      }}
    />
  );
}
