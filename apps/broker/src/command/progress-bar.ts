/** How far long work is, for people at a terminal. */
import type { Output } from '../output.ts';

/** One line that is written over itself; nothing at all where nobody watches. */
export interface ProgressBar {
  /** Shows a part of a whole; `text` says it in figures. */
  show(done: number, total: number, text: string): void;
  /** Takes the line away. */
  clear(): Promise<void>;
}

/** Widest bar, in characters. */
const WIDTH_MAX = 30;

/** What is taken by the figures beside it, about. */
const TEXT_WIDTH = 34;

/** A bar on standard error. */
export function progressBar(errors: Output): ProgressBar {
  let shown = '';
  const write = (line: string): void => {
    if (line === shown) return;
    shown = line;
    // A terminal that has gone says so at the next write of the command itself.
    errors.write(`\r\x1b[K${line}`).catch(() => undefined);
  };
  return {
    show: (done, total, text) => {
      if (!errors.isTerminal) return;
      const width = Math.max(0, Math.min(WIDTH_MAX, (errors.columns ?? 80) - TEXT_WIDTH));
      const part = total <= 0 ? 1 : Math.min(1, done / total);
      const full = Math.round(part * width);
      const percent = `${String(Math.floor(part * 100)).padStart(3)} %`;
      write(`${'█'.repeat(full)}${'░'.repeat(width - full)} ${percent} ${text}`);
    },
    clear: async () => {
      if (shown !== '') await errors.write('\r\x1b[K');
      shown = '';
    },
  };
}
