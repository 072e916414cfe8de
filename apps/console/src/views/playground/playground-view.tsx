/** Paste a message, see it in another dialect, and see why. Works without the broker. */
import { Button, Grid, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useClipboard, useDebouncedValue } from '@mantine/hooks';
import { IconArrowsExchange, IconLink } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { DIALECT_CHOICES } from './dialects.ts';
import { InputPanel } from './input-panel.tsx';
import { OutcomePanel } from './outcome-panel.tsx';
import { exhibitOf, type Exhibit, LINK_TEXT_MAX, pathOf } from './permalink.ts';
import { type Outcome, useTranslation } from './use-translation.ts';

const PATH = '/playground';

/** How long one has stopped typing when it is translated, milliseconds. */
const PAUSE_MS = 200;

const FIRST: Exhibit = { from: 'opennebula', to: 'oslo', text: '' };

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
                  data={DIALECT_CHOICES}
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
function backwards(outcome: Outcome): string {
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
