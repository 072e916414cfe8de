/** A moment by the clock of whoever looks. */
import { TextInput } from '@mantine/core';

/** What is asked, and what was answered. */
export interface TimeInputProps {
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly value: number | undefined;
  readonly onChange: (at: number | undefined) => void;
  readonly error?: string | undefined;
  readonly size?: string;
}

/** The browser's own input of dates and times, to the second. */
export function TimeInput({ label, value, onChange, error, size = 'sm' }: TimeInputProps) {
  return (
    <TextInput
      type="datetime-local"
      step={1}
      size={size}
      label={label}
      error={error}
      value={value === undefined ? '' : localText(value)}
      onChange={({ currentTarget }) => {
        const at = new Date(currentTarget.value).getTime();
        onChange(Number.isNaN(at) ? undefined : at);
      }}
    />
  );
}

/** `2026-01-31T12:00:00`, of the local clock. */
function localText(at: number): string {
  const offsetMs = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offsetMs).toISOString().slice(0, 19);
}
