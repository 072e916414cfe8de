/** One event at one sink: how far it is, each attempt, what was sent and what that lost. */
import { Accordion, Alert, Badge, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { Anchor } from '@mantine/core';
import type { DeliveryBody, EventOutput } from '@viaduct/broker/admin-api';
import { Link } from 'wouter';
import { NativeView } from '../../native/native-view.tsx';
import { duration, moment } from '../../states/figures.ts';
import { LossList } from '../../translation/loss-list.tsx';
import { outcomeColour } from './colours.ts';

/** See the file's comment. */
export function DeliveryCard({ delivery }: { readonly delivery: DeliveryBody }) {
  const { sink, deadLetter, output, recent } = delivery;
  const state = stateOf(delivery);
  const last = recent.at(-1);
  return (
    <Paper withBorder p="sm" component="section" aria-label={`Delivery to ${sink}`}>
      <Stack gap="xs">
        <Group gap="xs">
          <Text fw={600}>{sink}</Text>
          <Badge variant="light" color={outcomeColour(state)}>
            {state}
          </Badge>
          {last === undefined ? null : (
            <Text size="sm" c="dimmed">
              {moment(last.at)}, after {duration(last.latencyMs)}
            </Text>
          )}
          {deadLetter === undefined ? null : (
            <Anchor component={Link} href={`/dead-letters/${String(deadLetter)}`} size="sm">
              dead letter {deadLetter}
            </Anchor>
          )}
        </Group>
        <Attempts delivery={delivery} />
        {output === undefined ? (
          <Text size="sm" c="dimmed">
            This sink is not configured any more.
          </Text>
        ) : (
          <Output sink={sink} output={output} />
        )}
      </Stack>
    </Paper>
  );
}

/** `sent` and `delivered` where the process remembers, else what the journal knows. */
function stateOf({ state, deadLetter, recent }: DeliveryBody): string {
  if (deadLetter !== undefined) return 'dead letter';
  return state === 'done' ? (recent.at(-1)?.outcome ?? 'done') : state;
}

interface Attempt {
  readonly at: number;
  readonly outcome: string;
  readonly latencyMs?: number;
  readonly code?: string;
  readonly message?: string;
}

/** What the process remembers; of before a restart, what the journal keeps. */
function attemptsOf({ recent, attempts }: DeliveryBody): readonly Attempt[] {
  const known = new Set(recent.map(({ at }) => Math.round(at / 1_000)));
  const kept = attempts
    .filter(({ at }) => !known.has(Math.round(at / 1_000)))
    .map((one) => ({ ...one, outcome: 'refused' }));
  return [...kept, ...recent].sort((one, other) => one.at - other.at);
}

function Attempts({ delivery }: { readonly delivery: DeliveryBody }) {
  const attempts = attemptsOf(delivery);
  if (attempts.length === 0 || attempts.every(({ code }) => code === undefined)) return null;
  return (
    <Table verticalSpacing={2} aria-label={`Attempts at ${delivery.sink}`}>
      <Table.Tbody>
        {attempts.map(({ at, outcome, latencyMs, code, message }, index) => (
          <Table.Tr key={index}>
            <Table.Td w={120}>{moment(at)}</Table.Td>
            <Table.Td w={150}>
              {outcome}
              {latencyMs === undefined ? '' : `, ${duration(latencyMs)}`}
            </Table.Td>
            <Table.Td>
              {code === undefined ? null : <span className="mono">{code}</span>} {message}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Output({ sink, output }: { readonly sink: string; readonly output: EventOutput }) {
  const { dialect, natives = [], losses = [], error } = output;
  if (error !== undefined) {
    return (
      <Alert color="red" title={error.code}>
        {error.message}
      </Alert>
    );
  }
  const lost = losses.length === 0 ? 'nothing lost' : `${String(losses.length)} losses`;
  const messages = natives.length === 1 ? '1 message' : `${String(natives.length)} messages`;
  return (
    <Accordion variant="contained" chevronPosition="left" keepMounted={false}>
      <Accordion.Item value="output">
        <Accordion.Control>
          <Text size="sm">
            Output: {messages} of {dialect}, {lost}
          </Text>
        </Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <Text size="xs" c="dimmed">
              Encoded again as the sink is configured now: the journal keeps no output.
            </Text>
            {natives.map((native, index) => (
              <NativeView
                key={index}
                message={native}
                label={`message ${String(index + 1)} to ${sink}`}
              />
            ))}
            <LossList losses={losses} />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
