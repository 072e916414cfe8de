/** The whole page, when the console itself made a mistake. */
import { Alert, Button, Center, Stack, Text } from '@mantine/core';

/** What to do: nothing of the broker is concerned. */
export function Failed({ error }: { readonly error: unknown }) {
  return (
    <Center mih="100vh" p="md">
      <Alert color="red" role="alert" title="The console has failed" maw={560}>
        <Stack align="start" gap="xs">
          <Text size="sm">
            This is a mistake of the page, not of the broker, which goes on. Load the page again; if
            that does not help, the viaduct command says the same things.
          </Text>
          <Text size="sm" className="mono">
            {error instanceof Error ? error.message : String(error)}
          </Text>
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            Load the page again
          </Button>
        </Stack>
      </Alert>
    </Center>
  );
}
