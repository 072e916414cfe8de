/** One source or sink: how it is, how it went in the last hour, leaving it alone for a while. */
import { Alert, Anchor, Group, Stack, Text, Title } from '@mantine/core';
import type { SinkBody, SourceBody, StatusBody } from '@viaduct/broker/admin-api';
import { Link } from 'wouter';
import { useIsOperator } from '../../api/session.ts';
import { useStatus } from '../../api/status.ts';
import { duration, moment } from '../../states/figures.ts';
import { Nothing, QueryState } from '../../states/query-state.tsx';
import { StateBadge } from '../../states/state-badge.tsx';
import { STATES, troubleOfEndpoint } from '../../states/trouble.ts';
import { CountersTable } from './counters-table.tsx';
import { EndpointCharts } from './endpoint-charts.tsx';
import { EndpointFigures } from './endpoint-figures.tsx';
import { EndpointLetters } from './endpoint-letters.tsx';
import { PauseButton } from './pause-button.tsx';

/** Which one. */
export interface EndpointId {
  readonly role: 'source' | 'sink';
  readonly name: string;
}

/** See the file's comment. */
export function EndpointView(id: EndpointId) {
  const status = useStatus();
  return (
    <Stack>
      <Anchor component={Link} href="/endpoints" size="sm" w="fit-content">
        ← Sources and sinks
      </Anchor>
      <QueryState query={status}>{(data) => <Found status={data} {...id} />}</QueryState>
    </Stack>
  );
}

function Found({ status, role, name }: EndpointId & { readonly status: StatusBody }) {
  const list: readonly (SourceBody | SinkBody)[] =
    role === 'source' ? status.sources : status.sinks;
  const endpoint = list.find((one) => one.name === name);
  if (endpoint === undefined) {
    return (
      <Nothing title={`There is no ${role} "${name}"`}>
        The configuration that the broker goes by has none of this name. It may have been taken out,
        or not been reloaded yet.
      </Nothing>
    );
  }
  return (
    <Stack>
      <Head role={role} endpoint={endpoint} now={status.broker.now} />
      <EndpointFigures role={role} endpoint={endpoint} now={status.broker.now} />
      <LastError endpoint={endpoint} now={status.broker.now} />
      <EndpointCharts role={role} name={name} />
      <EndpointLetters role={role} name={name} />
      <CountersTable endpoint={endpoint} />
    </Stack>
  );
}

function Head(props: {
  readonly role: 'source' | 'sink';
  readonly endpoint: SourceBody | SinkBody;
  readonly now: number;
}) {
  const { role, endpoint, now } = props;
  const { name, adapter } = endpoint;
  const isOperator = useIsOperator();
  return (
    <Group justify="space-between" align="start">
      <div>
        <Group gap="sm">
          <Title order={2}>{name}</Title>
          <StateBadge trouble={troubleOfEndpoint(endpoint)} />
        </Group>
        <Text c="dimmed" size="sm">
          {role === 'source' ? 'Source' : 'Sink'} of {adapter}, {stateText(endpoint, now)}
        </Text>
      </div>
      {isOperator ? <PauseButton role={role} endpoint={endpoint} /> : null}
    </Group>
  );
}

/** An unreachable one is tried again and again: its state is always young. */
function stateText({ state, since }: SourceBody | SinkBody, now: number): string {
  if (state === 'waiting') return 'unreachable; it is tried again and again';
  return `${STATES[state].text} for ${duration(Math.max(0, now - since))}`;
}

function LastError({
  endpoint,
  now,
}: {
  readonly endpoint: SourceBody | SinkBody;
  readonly now: number;
}) {
  const { lastError } = endpoint;
  if (lastError === undefined) return null;
  const isNow = troubleOfEndpoint(endpoint).level === 'trouble';
  return (
    <Alert color={isNow ? 'red' : 'gray'} title={`Last error, ${moment(lastError.at, now)}`}>
      <Text size="sm" className="mono">
        {lastError.message}
      </Text>
      {lastError.code === undefined ? null : (
        <Text size="xs" c="dimmed" className="mono" mt={4}>
          {lastError.code}
        </Text>
      )}
    </Alert>
  );
}
