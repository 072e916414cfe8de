/** Paste a message, see it in another dialect, and see why. Works without the broker. */
import { Alert, Button, Grid, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useClipboard, useDebouncedValue } from '@mantine/hooks';
import { IconArrowsExchange, IconLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { CodeView } from '../../code/code-view.tsx';
import { DIALECTS } from './dialects.ts';
import { OutcomePanel } from './outcome-panel.tsx';
import { exhibitOf, type Exhibit, LINK_TEXT_MAX, pathOf } from './permalink.ts';
import { loadSamples } from './samples.ts';
import { type Outcome, useTranslation, type WrongOutcome } from './use-translation.ts';

const PATH = '/playground';

/** How long one has stopped typing when it is translated, milliseconds. */
const PAUSE_MS = 200;

const FIRST: Exhibit = { from: 'opennebula', to: 'oslo', text: '' };

const CHOICES = DIALECTS.map(({ name, title }) => ({ value: name, label: title }));

/** See the file's comment. */
export function PlaygroundView() {
  const [exhibit, setExhibit] = useExhibit();
  const { from, to, text } = exhibit;
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const outcome = useTranslation(from, to, settled);
  const change = (part: Partial<Exhibit>): void => setExhibit({ ...exhibit, ...part });
  return (
    <Stack>
      <Group justify="space-between" align="end">
        <div>
          <Title order={2}>Playground</Title>
          <Text c="dimmed" size="sm">
            What would Viaduct make of this message? Translated in this page; nothing is sent.
          </Text>
        </div>
        <ShareButton exhibit={exhibit} />
      </Group>
      <Grid>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <InputPanel exhibit={exhibit} outcome={outcome} onChange={change} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Paper withBorder p="md">
            <Stack>
              <Group align="end" wrap="nowrap">
                <Select
                  label="To"
                  style={{ flex: 1 }}
                  data={CHOICES}
                  value={to}
                  allowDeselect={false}
                  onChange={(name) => change({ to: name ?? to })}
                />
                <Button
                  variant="default"
                  leftSection={<IconArrowsExchange size={16} />}
                  onClick={() => change({ from: to, to: from, text: backwards(outcome) })}
                >
                  And back
                </Button>
              </Group>
              <OutcomePanel outcome={outcome} />
            </Stack>
          </Paper>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

/** The message to translate, with what is wrong with it. */
function InputPanel(props: {
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
            data={CHOICES}
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
      </Stack>
    </Paper>
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

/** The first message of the output, as the next input. */
function backwards(outcome: ReturnType<typeof useTranslation>): string {
  const [native] = outcome.kind === 'translated' ? outcome.translation.natives : [];
  return native === undefined ? '' : JSON.stringify(native, undefined, 2);
}

/** What the link says at first; afterwards what was chosen here. */
function useExhibit(): readonly [Exhibit, (exhibit: Exhibit) => void] {
  const [location] = useLocation();
  const [exhibit, setExhibit] = useState(FIRST);
  useEffect(() => {
    let isCurrent = true;
    void exhibitOf(location.slice(PATH.length)).then((linked) => {
      if (isCurrent && linked.from !== undefined) setExhibit({ ...FIRST, ...linked });
    });
    return () => {
      isCurrent = false;
    };
  }, [location]);
  return [exhibit, setExhibit];
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

function ShareButton({ exhibit }: { readonly exhibit: Exhibit }) {
  const clipboard = useClipboard({ timeout: 2_000 });
  const copy = async (): Promise<void> => {
    const { origin, pathname } = window.location;
    const link = `${PATH}${await pathOf(exhibit)}`;
    window.history.replaceState(null, '', `#${link}`);
    clipboard.copy(`${origin}${pathname}#${link}`);
  };
  const isTooLong = exhibit.text.length > LINK_TEXT_MAX;
  return (
    <Button
      variant="default"
      leftSection={<IconLink size={16} />}
      disabled={isTooLong}
      title={isTooLong ? 'The message is too long for a link' : ''}
      onClick={() => void copy()}
    >
      {clipboard.copied ? 'Copied' : 'Copy a link'}
    </Button>
  );
}
