/** One line of a list of events. */
import { Badge } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import type { EventSummary } from '@viaduct/broker/admin-api';
import { memo } from 'react';
import { Link } from 'wouter';
import { moment } from '../../states/figures.ts';
import { severityColour, stateColour } from './colours.ts';
import { placeOf } from './use-watch.ts';

/** The line, and where it stands. */
export interface EventRowProps {
  readonly event: EventSummary;
  /** From 1. */
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly top: number;
}

/** A row whose whole length is a link to the event. */
export const EventRow = memo(function EventRow({ event, index, top }: EventRowProps) {
  const { id, at, source, subject, name, nativetype, type, targets, severity, replayed } = event;
  const state = event.state ?? event.outcome;
  return (
    <div
      className="event-row"
      role="row"
      aria-rowindex={index + 1}
      style={{ transform: `translateY(${String(top)}px)` }}
    >
      <span role="cell" className="event-time mono">
        {moment(at)}
      </span>
      <span role="cell" className="event-severity">
        <span
          className="severity-mark"
          style={{ background: severityColour(severity) }}
          title={severity ?? 'no severity'}
        />
        <span className="visually-hidden">{severity ?? 'no severity'}</span>
      </span>
      <span role="cell" className="event-source cut" title={source}>
        {source}
      </span>
      <span role="cell" className="event-subject cut" title={subject}>
        <Link href={placeOf(id)} className="event-link">
          {subject}
        </Link>
        {name === undefined || subject.endsWith(`/${name}`) ? null : (
          <span className="dim"> {name}</span>
        )}
      </span>
      <span role="cell" className="event-type cut mono" title={`${nativetype} (${type})`}>
        {nativetype}
      </span>
      <span role="cell" className="event-state">
        {state === undefined ? null : (
          <Badge size="sm" variant="light" color={stateColour(event)}>
            {state}
          </Badge>
        )}
        {replayed === undefined ? null : (
          <IconRepeat size={14} className="replayed-mark" aria-label="replayed" />
        )}
      </span>
      <span role="cell" className="event-targets cut dim" title={targets.join(', ')}>
        {targets.length === 0 ? 'nowhere' : targets.join(', ')}
      </span>
    </div>
  );
});
