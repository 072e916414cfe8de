/** What a translation gave: messages, canonical form, where each value came from, what is lost. */
import { Alert, Group, Stack, Tabs, Text } from '@mantine/core';
import type { Translation } from '@viaduct/translation';
import { CodeView } from '../../code/code-view.tsx';
import { CopyText } from '../../code/copy-text.tsx';
import { NativeView } from '../../native/native-view.tsx';
import { LossList } from '../../translation/loss-list.tsx';
import { OriginsTable } from '../../translation/origins-table.tsx';
import type { Outcome } from './use-translation.ts';

/** See the file's comment. */
export function OutcomePanel({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome.kind) {
    case 'nothing':
      return <Text c="dimmed">The translation appears here.</Text>;
    case 'wrong':
      return <Text c="dimmed">It appears here when the message is one of its dialect.</Text>;
    case 'translated':
      return <TranslationPanel translation={outcome.translation} />;
  }
}

function TranslationPanel({ translation }: { readonly translation: Translation }) {
  const { natives, events, losses, explain = [] } = translation;
  if (events.length === 0) {
    return (
      <Alert color="blue" title="Understood, and no event">
        The dialect says this is nothing to tell anybody: a copy, or a message of the protocol.
      </Alert>
    );
  }
  return (
    <Tabs defaultValue="output" keepMounted={false}>
      <Tabs.List aria-label="The translation">
        <Tabs.Tab value="output">Output ({natives.length})</Tabs.Tab>
        <Tabs.Tab value="canonical">Canonical</Tabs.Tab>
        <Tabs.Tab value="origin">Where from</Tabs.Tab>
        <Tabs.Tab value="losses">Losses ({losses.length})</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="output" pt="md">
        <Stack>
          {natives.map((native, index) => (
            <NativeView key={index} message={native} label={`message ${String(index + 1)}`} />
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="canonical" pt="md">
        <Stack>
          {events.map((event, index) => (
            <Canonical key={index} text={JSON.stringify(event, undefined, 2)} number={index + 1} />
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="origin" pt="md">
        <OriginsTable explanations={explain} />
      </Tabs.Panel>
      <Tabs.Panel value="losses" pt="md">
        <LossList losses={losses} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Canonical({ text, number }: { readonly text: string; readonly number: number }) {
  const label = `canonical event ${String(number)}`;
  return (
    <div>
      <Group justify="end" mb="xs">
        <CopyText text={text} what={label} />
      </Group>
      <CodeView language="json" label={label} text={text} />
    </div>
  );
}
