/** A replay from its plan to its end. */
import { Alert, Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import type { ReplayFigures, ReplayResult } from '@viaduct/broker/admin-api';
import { count } from '../states/figures.ts';
import { Failure } from '../states/query-state.tsx';
import { PlanView } from './plan-view.tsx';
import type { Replay, Writing } from './use-replay.ts';

/** What is shown, and what leaves it. */
export interface ReplayPanelProps {
  readonly replay: Replay<ReplayFigures>;
  readonly onClose: () => void;
}

/** See the file's comment. */
export function ReplayPanel({ replay, onClose }: ReplayPanelProps) {
  const { state } = replay;
  switch (state.kind) {
    case 'planning':
      return (
        <Group role="status">
          <Loader size="sm" />
          <Text size="sm">
            Looking what there is{state.scanned === 0 ? '' : `: ${count(state.scanned)} events`}
          </Text>
        </Group>
      );
    case 'planned':
      return (
        <Stack>
          <PlanView plan={state.plan} />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button disabled={isIdle(state.plan)} onClick={replay.send}>
              Send again
            </Button>
          </Group>
        </Stack>
      );
    case 'sending':
      return <Sending events={state.plan.events} step={state.step} onCallOff={replay.callOff} />;
    case 'done':
      return <Ended title={resultText(state.result)} onClose={onClose} />;
    case 'called-off':
      return (
        <Ended
          title={`Called off. ${count(state.written)} events were written and are on their way.`}
          onClose={onClose}
        />
      );
    case 'failed':
      return <Failure error={state.error} onRetry={replay.plan} />;
  }
}

/** Letters that turn out to be no events are removed, though nothing is sent. */
function isIdle({ events, skipped }: ReplayFigures): boolean {
  return events === 0 && !skipped.some(({ reason }) => reason === 'no-event');
}

function Sending(props: {
  readonly events: number;
  readonly step: Writing | undefined;
  readonly onCallOff: () => void;
}) {
  const { written, total, waitingFor } = props.step ?? {
    written: 0,
    total: props.events,
    waitingFor: [],
  };
  return (
    <Stack>
      <Text size="sm" role="status">
        {count(written)} of {count(total)} written
        {waitingFor.length === 0 ? '' : `; live events go first at ${waitingFor.join(', ')}`}
      </Text>
      <Progress
        value={total === 0 ? 0 : (100 * written) / total}
        animated
        aria-label="Events written"
      />
      <Group justify="end">
        <Button variant="default" onClick={props.onCallOff}>
          Call it off
        </Button>
      </Group>
    </Stack>
  );
}

function Ended({ title, onClose }: { readonly title: string; readonly onClose: () => void }) {
  return (
    <Stack>
      <Alert color="teal" role="status" title={title} />
      <Group justify="end">
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Stack>
  );
}

function resultText(result: ReplayResult): string {
  const { events, deliveries, duplicates, leftOut, lettersRemoved } = result;
  const parts = [
    `${count(events)} sent again`,
    `${count(deliveries)} deliveries`,
    ...(duplicates > 0 ? [`${count(duplicates)} had arrived again meanwhile`] : []),
    ...(leftOut > 0 ? [`${count(leftOut)} left out at last: out of date or thrown away`] : []),
    ...(lettersRemoved > 0 ? [`${count(lettersRemoved)} dead letters are letters no more`] : []),
  ];
  return `${parts.join(', ')}.`;
}
