/** What a target could not say, and what a default filled in. */
import { Badge, List, Stack, Text } from '@mantine/core';
import type { Loss } from '@viaduct/core';
import { LOSS_MEANINGS } from '@viaduct/translation';

/** The losses, by reason. */
export function LossList({ losses }: { readonly losses: readonly Loss[] }) {
  if (losses.length === 0) return <Text size="sm">Nothing was lost.</Text>;
  const reasons = [...new Set(losses.map(({ reason }) => reason))];
  return (
    <Stack>
      {reasons.map((reason) => {
        const paths = new Set(
          losses.filter((loss) => loss.reason === reason).map(({ path }) => path),
        );
        return (
          <div key={reason}>
            <Badge variant="light" mr="xs">
              {reason}
            </Badge>
            <Text span size="sm">
              {LOSS_MEANINGS[reason]}
            </Text>
            <List size="sm" mt="xs">
              {[...paths].map((path) => (
                <List.Item key={path} className="mono">
                  {path}
                </List.Item>
              ))}
            </List>
          </div>
        );
      })}
    </Stack>
  );
}
