/** Sends stored events again, of a stretch of time or one of them. */
import {
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Stack,
  Text,
} from '@mantine/core';
import type { ReplayPlan, ReplayRequest } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { useStatus } from '../api/status.ts';
import { TimeInput } from '../input/time-input.tsx';
import { ReplayPanel } from './replay-panel.tsx';
import { useReplay } from './use-replay.ts';

/** Deliveries a second that are offered first: the default of the broker. */
const RATE_DEFAULT = 200;

/** As the broker's. */
const RATE_MAX = 1_000_000;

const HOUR_MS = 3_600_000;

/** A stretch of time to choose, or one event. */
export interface ReplayDialogProps {
  /** The one event, and when it was stored. */
  readonly event?: { readonly id: string; readonly at: number; readonly subject: string };
  readonly onClose: () => void;
}

/** See the file's comment. */
export function ReplayDialog({ event, onClose }: ReplayDialogProps) {
  const [asked, setAsked] = useState<{ readonly request: ReplayRequest; readonly time: number }>();
  const plan = (request: ReplayRequest): void =>
    setAsked((before) => ({ request, time: (before?.time ?? 0) + 1 }));
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={event === undefined ? 'Send events again' : `Send ${event.subject} again`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <RequestForm event={event} isAsked={asked !== undefined} onPlan={plan} />
        {asked === undefined ? null : (
          <Planned key={asked.time} request={asked.request} onClose={onClose} />
        )}
      </Stack>
    </Modal>
  );
}

function Planned(props: { readonly request: ReplayRequest; readonly onClose: () => void }) {
  const replay = useReplay<ReplayPlan>('replay', props.request);
  return <ReplayPanel replay={replay} onClose={props.onClose} />;
}

function RequestForm(props: {
  readonly event: ReplayDialogProps['event'];
  readonly isAsked: boolean;
  readonly onPlan: (request: ReplayRequest) => void;
}) {
  const { event } = props;
  const [wishes, setWishes] = useState<Wishes>(firstWishes);
  const change = (part: Partial<Wishes>): void => setWishes({ ...wishes, ...part });
  const { from, to } = wishes;
  const isValid = event !== undefined || (from !== undefined && to !== undefined && from < to);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        They go through today&apos;s routes and are marked as replayed. First it is planned; nothing
        is sent before you say so.
      </Text>
      {event === undefined ? (
        <Group grow align="start">
          <TimeInput label="Stored from" value={from} onChange={(at) => change({ from: at })} />
          <TimeInput
            label="to"
            value={to}
            onChange={(at) => change({ to: at })}
            error={isValid ? undefined : 'The range ends before it begins'}
          />
        </Group>
      ) : null}
      <Names wishes={wishes} onChange={change} isOne={event !== undefined} />
      <Checkbox
        label="Also states that a newer event has superseded"
        checked={wishes.allStates}
        onChange={({ currentTarget }) => change({ allStates: currentTarget.checked })}
      />
      <Group justify="end">
        <Button
          variant={props.isAsked ? 'default' : 'filled'}
          disabled={!isValid}
          onClick={() => props.onPlan(requestOf(wishes, event))}
        >
          {props.isAsked ? 'Plan again' : 'Plan'}
        </Button>
      </Group>
    </Stack>
  );
}

function Names(props: {
  readonly wishes: Wishes;
  readonly onChange: (part: Partial<Wishes>) => void;
  readonly isOne: boolean;
}) {
  const { wishes, onChange, isOne } = props;
  const status = useStatus().data;
  return (
    <Group grow align="start">
      {isOne ? null : (
        <MultiSelect
          label="Of sources"
          placeholder={wishes.sources.length === 0 ? 'all' : ''}
          data={(status?.sources ?? []).map(({ name }) => name)}
          value={[...wishes.sources]}
          onChange={(sources) => onChange({ sources })}
        />
      )}
      <MultiSelect
        label="Only to sinks"
        placeholder={wishes.sinks.length === 0 ? 'all that the routes lead to' : ''}
        data={(status?.sinks ?? []).map(({ name }) => name)}
        value={[...wishes.sinks]}
        onChange={(sinks) => onChange({ sinks })}
      />
      {isOne ? null : (
        <NumberInput
          label="Deliveries a second"
          min={1}
          max={RATE_MAX}
          value={wishes.rate}
          onChange={(rate) => onChange({ rate })}
        />
      )}
    </Group>
  );
}

/** What is filled in. */
interface Wishes {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
  readonly allStates: boolean;
  /** A text while it is no number. */
  readonly rate: number | string;
}

function firstWishes(): Wishes {
  const now = Date.now();
  const range = { from: now - HOUR_MS, to: now };
  return { ...range, sources: [], sinks: [], allStates: false, rate: RATE_DEFAULT };
}

function requestOf(
  { from = 0, to = 0, sources, sinks, allStates, rate }: Wishes,
  event: ReplayDialogProps['event'],
): ReplayRequest {
  const wanted =
    event === undefined
      ? { from, to }
      : // It was asked for by hand: again, however often it was before.
        { from: event.at, to: event.at + 1, match: { id: event.id }, again: true };
  return {
    ...wanted,
    ...(sources.length === 0 ? {} : { sources }),
    ...(sinks.length === 0 ? {} : { sinks }),
    ...(allStates ? { allStates } : {}),
    ...(typeof rate === 'number' ? { ratePerSecond: rate } : {}),
  };
}
