/** The message that an event was decoded from. */
import { Alert, Badge, Group, Stack, Text } from '@mantine/core';
import type { NativeRecord } from '@viaduct/broker/admin-api';
import { NativeView } from '../../native/native-view.tsx';
import { Nothing } from '../../states/query-state.tsx';

/** What the journal keeps of it: without its secrets. */
export function OriginalPanel({ native }: { readonly native: NativeRecord | undefined }) {
  if (native === undefined) {
    return (
      <Nothing title="No original">
        This event was not decoded from a message: the broker made it itself.
      </Nothing>
    );
  }
  const paths = [...new Set(native.redactions.map(({ path }) => path))];
  return (
    <Stack>
      <Group gap="xs">
        <Badge variant="light">{native.dialect}</Badge>
        <Text size="sm" c="dimmed">
          as it came
        </Text>
      </Group>
      {paths.length === 0 ? null : (
        <Alert color="grape" title="Secrets were replaced by *** before it was stored">
          {paths.map((path) => (
            <div key={path} className="mono">
              {path === '' ? 'in a text that could not be taken apart' : path}
            </div>
          ))}
        </Alert>
      )}
      <NativeView message={native.text} label="the original" />
    </Stack>
  );
}
