/** Copies a text. */
import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** How long it says that it has copied, milliseconds. */
const SAID_MS = 2_000;

/** A button that copies `text`; `what` is its name for those who cannot see where it stands. */
export function CopyText({ text, what }: { readonly text: string; readonly what: string }) {
  const { copied, copy } = useClipboard({ timeout: SAID_MS });
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      aria-label={`Copy ${what}`}
      onClick={() => copy(text)}
    >
      {copied ? 'Copied' : 'Copy'}
    </Button>
  );
}
