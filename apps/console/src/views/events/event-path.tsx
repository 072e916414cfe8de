/** The way of an event: from its source by its routes to each sink. */
import { Badge, Group, Stack, Text, Timeline } from '@mantine/core';
import { IconArrowRight, IconDatabase, IconRoute } from '@tabler/icons-react';
import type { EventBody } from '@viaduct/broker/admin-api';
import { moment } from '../../states/figures.ts';
import { DeliveryCard } from './delivery-card.tsx';

/** See the file's comment. */
export function EventPath({ body }: { readonly body: EventBody }) {
  const { source, event, at, position, routes, deliveries, replay } = body;
  return (
    <Timeline bulletSize={26} lineWidth={2}>
      <Timeline.Item bullet={<IconArrowRight size={14} />} title={`Received by ${source}`}>
        <Text size="sm" c="dimmed">
          {event.origin}, {moment(event.receivedtime)}; it happened {moment(event.time)}
          {event.timesource === 'received' ? ' (the time of receipt: the source has none)' : ''}
        </Text>
      </Timeline.Item>
      <Timeline.Item bullet={<IconDatabase size={14} />} title="Stored">
        <Text size="sm" c="dimmed">
          {moment(at)}, position {position}
          {replay === undefined ? '' : `; written by the replay ${replay.id}`}
        </Text>
      </Timeline.Item>
      <Timeline.Item bullet={<IconRoute size={14} />} title="Routes">
        {routes.length === 0 ? (
          <Text size="sm" c="dimmed">
            No route of today&apos;s configuration leads it anywhere.
          </Text>
        ) : (
          <Stack gap={4}>
            <Text size="sm" c="dimmed">
              Of today&apos;s configuration; what it was owed is below.
            </Text>
            {routes.map(({ name, sinks }) => (
              <Group key={name} gap={6}>
                <Text size="sm">{name}</Text>
                <IconArrowRight size={14} aria-label="leads to" />
                {sinks.map((sink) => (
                  <Badge key={sink} size="sm" variant="default">
                    {sink}
                  </Badge>
                ))}
              </Group>
            ))}
          </Stack>
        )}
      </Timeline.Item>
      <Timeline.Item bullet={<IconArrowRight size={14} />} title="Deliveries">
        {deliveries.length === 0 ? (
          <Text size="sm" c="dimmed">
            It was owed to no sink when it was stored.
          </Text>
        ) : (
          <Stack gap="xs" mt="xs">
            {deliveries.map((delivery) => (
              <DeliveryCard key={delivery.sink} delivery={delivery} />
            ))}
          </Stack>
        )}
      </Timeline.Item>
    </Timeline>
  );
}
