/** How one thing is: by a colour, and by a sign and words for those who cannot tell colours. */
import { Badge } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClockPause } from '@tabler/icons-react';
import { colourOf, type Level, type Trouble } from './trouble.ts';

/** A badge of a state. */
export function StateBadge({ trouble }: { readonly trouble: Trouble }) {
  return (
    <Badge
      variant="light"
      color={colourOf(trouble.level)}
      leftSection={<LevelIcon level={trouble.level} />}
      tt="none"
    >
      {trouble.text}
    </Badge>
  );
}

/** The sign of a level. */
export function LevelIcon({ level, size = 14 }: { readonly level: Level; readonly size?: number }) {
  const Icon = { good: IconCircleCheck, waiting: IconClockPause, trouble: IconAlertTriangle }[
    level
  ];
  return <Icon size={size} aria-hidden className={`level-${level}`} />;
}
