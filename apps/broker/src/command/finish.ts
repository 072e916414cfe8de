import type { ExitCode } from '../exit-code.ts';

/** What an action calls with the exit code of its command. */
export type Finish = (code: ExitCode) => void;
