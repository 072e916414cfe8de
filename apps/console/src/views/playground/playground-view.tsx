/** Paste a message, see it in another dialect, and see why. Works without the broker. */
import { Button, Grid, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useClipboard, useDebouncedValue } from '@mantine/hooks';
import { IconArrowsExchange, IconLink } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { CodeView } from '../../code/code-view.tsx';
import { DIALECTS } from './dialects.ts';
import { OutcomePanel } from './outcome-panel.tsx';
import { exhibitOf, type Exhibit, LINK_TEXT_MAX, pathOf } from './permalink.ts';
import { samplesOf } from './samples.ts';
import { useTranslation } from './use-translation.ts';

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
          <Paper withBorder p="md">
            <Stack>
              <Group grow align="end">
                <Select
                  label="From"
                  data={CHOICES}
                  value={from}
                  allowDeselect={false}
                  onChange={(name) => change({ from: name ?? from, text: '' })}
                />
                <SampleSelect dialect={from} onPick={(sample) => change({ text: sample })} />
              </Group>
              <CodeView
                text={text}
                language={text.trimStart().startsWith('<') ? 'xml' : 'json'}
                label="The message to translate"
                placeholder="Paste a message here, or pick an example above."
                onChange={(next) => change({ text: next })}
              />
            </Stack>
          </Paper>
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
  readonly onPick: (text: string) => void;
}) {
  const samples = samplesOf(props.dialect);
  return (
    <Select
      label="Example"
      placeholder="none"
      searchable
      data={samples.map(({ title }) => title)}
      value={null}
      onChange={(title) => {
        void samples
          .find((sample) => sample.title === title)
          ?.load()
          .then(props.onPick);
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
