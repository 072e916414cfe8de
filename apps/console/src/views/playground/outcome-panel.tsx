/** What a translation gave: messages, canonical form, where each value came from, what is lost. */
import { Alert, Badge, List, Stack, Table, Tabs, Text } from '@mantine/core';
import type { Loss } from '@viaduct/core';
import { causesOf, LOSS_MEANINGS, type Explanation, type Translation } from '@viaduct/translation';
import { CodeView } from '../../code/code-view.tsx';
import type { Outcome } from './use-translation.ts';

/** See the file's comment. */
export function OutcomePanel({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome.kind) {
    case 'nothing':
      return <Text c="dimmed">The translation appears here.</Text>;
    case 'wrong':
      return (
        <Alert color="red" title={outcome.code ?? 'Not a message'} role="alert">
          {outcome.path === undefined ? outcome.why : `${outcome.path}: ${outcome.why}`}
        </Alert>
      );
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
    <Tabs defaultValue="output">
      <Tabs.List aria-label="The translation">
        <Tabs.Tab value="output">Output ({natives.length})</Tabs.Tab>
        <Tabs.Tab value="canonical">Canonical event</Tabs.Tab>
        <Tabs.Tab value="origin">Where from</Tabs.Tab>
        <Tabs.Tab value="losses">Losses ({losses.length})</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="output" pt="md">
        <Stack>
          {natives.map((native, index) => (
            <CodeView
              key={index}
              language="json"
              label={`Message ${index + 1} of the output`}
              text={JSON.stringify(native, undefined, 2)}
            />
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="canonical" pt="md">
        <Stack>
          {events.map((event, index) => (
            <CodeView
              key={index}
              language="json"
              label={`Canonical event ${index + 1}`}
              text={JSON.stringify(event, undefined, 2)}
            />
          ))}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="origin" pt="md">
        <Origins explanations={explain} />
      </Tabs.Panel>
      <Tabs.Panel value="losses" pt="md">
        <Losses losses={losses} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Origins({ explanations }: { readonly explanations: readonly Explanation[] }) {
  const fields = explanations.flatMap(({ messages }) => messages.flatMap((one) => one.fields));
  return (
    <Table.ScrollContainer minWidth={480} maxHeight="60vh">
      <Table striped stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field of the output</Table.Th>
            <Table.Th>Value</Table.Th>
            <Table.Th>Came from</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field, index) => (
            <Table.Tr key={index}>
              <Table.Td className="mono">{field.path}</Table.Td>
              <Table.Td className="mono">{JSON.stringify(field.value)}</Table.Td>
              <Table.Td>
                {causesOf(field).map((cause) => (
                  <div key={cause}>{cause}</div>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What the target could not say, by reason. */
export function Losses({ losses }: { readonly losses: readonly Loss[] }) {
  if (losses.length === 0) return <Text>Nothing was lost.</Text>;
  const reasons = [...new Set(losses.map(({ reason }) => reason))];
  return (
    <Stack>
      {reasons.map((reason) => (
        <div key={reason}>
          <Badge variant="light" mr="xs">
            {reason}
          </Badge>
          <Text span size="sm">
            {LOSS_MEANINGS[reason]}
          </Text>
          <List size="sm" mt="xs">
            {losses
              .filter((loss) => loss.reason === reason)
              .map(({ path }) => (
                <List.Item key={path} className="mono">
                  {path}
                </List.Item>
              ))}
          </List>
        </div>
      ))}
    </Stack>
  );
}
