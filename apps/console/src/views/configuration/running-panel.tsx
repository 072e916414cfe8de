/** The text that runs, with what is worth knowing of it. */
import { Stack, Text } from '@mantine/core';
import type { ConfigurationBody } from '@viaduct/broker/admin-api';
import { NumberedText } from './numbered-text.tsx';
import { AdviceList } from './remark-list.tsx';

/** See the file's comment. */
export function RunningPanel({ configuration }: { readonly configuration: ConfigurationBody }) {
  const { text, advice } = configuration.running;
  return (
    <Stack>
      <AdviceList advice={advice} />
      {text === undefined ? (
        <Text>This text cannot be shown without the secrets in it.</Text>
      ) : (
        <NumberedText
          text={text}
          label="The configuration that runs"
          marks={advice.map(({ line, message }) => ({ line, level: 'waiting', text: message }))}
        />
      )}
    </Stack>
  );
}
