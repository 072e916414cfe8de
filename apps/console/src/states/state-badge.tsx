/** How one thing is: by a colour, and by a sign and words for those who cannot tell colours. */
import { IconAlertTriangle, IconCircleCheck, IconClockPause } from '@tabler/icons-react';
import type { Level, Trouble } from './trouble.ts';

/** A badge of a state. */
export function StateBadge({ trouble }: { readonly trouble: Trouble }) {
  return (
    <span className={`state-badge level-${trouble.level}`}>
      <LevelIcon level={trouble.level} />
      <span>{trouble.text}</span>
    </span>
  );
}

/** The sign of a level. */
export function LevelIcon({ level, size = 14 }: { readonly level: Level; readonly size?: number }) {
  const Icon = { good: IconCircleCheck, waiting: IconClockPause, trouble: IconAlertTriangle }[
    level
  ];
  return <Icon size={size} aria-hidden className={`level-${level}`} />;
}
