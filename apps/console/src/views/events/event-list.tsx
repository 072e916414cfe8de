/** Many events as a list that draws only what is seen of it. */
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { EventSummary } from '@viaduct/broker/admin-api';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { EventRow } from './event-row.tsx';
import './event-list.css';

/** Heights of a row, pixels; on a phone it has two lines. */
const ROW_HEIGHT = 34;
const NARROW_ROW_HEIGHT = 58;

/** Where rows have two lines; the same in the style sheet. */
const NARROW = '(max-width: 62em)';

/** Rows drawn beyond those that are seen. */
const OVERSCAN = 8;

const COLUMNS = ['Stored', 'Severity', 'Source', 'Subject', 'Type', 'State', 'Owed to'];

/** What is listed. */
export interface EventListProps {
  readonly label: string;
  /** Newest first. */
  readonly events: readonly EventSummary[];
  /** Told whether the list is read: scrolled away from its top, or the keyboard is in it. */
  readonly onRead?: (isRead: boolean) => void;
  /** Below the last. */
  readonly children?: ReactNode;
}

/** Rows are links; up and down go from one to the next. */
export function EventList({ label, events, onRead, children }: EventListProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const isNarrow = useMediaQuery(NARROW);
  const rowHeight = isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => events[index]?.position ?? index,
    overscan: OVERSCAN,
  });
  const tellRead = (): void => {
    const { current } = scroll;
    if (current === null) return;
    onRead?.(current.scrollTop > 0 || current.contains(document.activeElement));
  };
  return (
    <div
      className="event-list"
      ref={scroll}
      onScroll={tellRead}
      onFocus={tellRead}
      onBlur={() => requestAnimationFrame(tellRead)}
      onKeyDown={moveFocus}
    >
      <div role="table" aria-label={label} aria-rowcount={events.length + 1}>
        <div className="event-row event-head" role="row" aria-rowindex={1}>
          {COLUMNS.map((name) => (
            <span role="columnheader" key={name} className={`event-${classOf(name)}`}>
              {name === 'Severity' ? <span className="visually-hidden">{name}</span> : name}
            </span>
          ))}
        </div>
        <div
          role="rowgroup"
          className="event-rows"
          style={{ height: `${String(virtual.getTotalSize())}px` }}
        >
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const event = events[index];
            if (event === undefined) return null;
            return <EventRow key={key} event={event} index={index + 1} top={start} />;
          })}
        </div>
      </div>
      {children}
    </div>
  );
}

function classOf(column: string): string {
  const words: Record<string, string> = { Stored: 'time', 'Owed to': 'targets' };
  return words[column] ?? column.toLowerCase();
}

/** To the link above or below. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('.event-link')]
    .map((link) => ({ link, top: link.getBoundingClientRect().top }))
    .sort((one, other) => one.top - other.top)
    .map(({ link }) => link);
  const at = links.findIndex((link) => link === document.activeElement);
  const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
