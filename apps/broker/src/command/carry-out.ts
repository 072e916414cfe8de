/** Work that is shown before it is done: a dry run, a question, the work with its progress. */
import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Progress, ReplayResult } from '../operations/operations.ts';
import type { Output } from '../output.ts';
import { watchSignals } from '../stop-signal.ts';
import { confirm } from './confirm.ts';
import { progressBar } from './progress-bar.ts';
import { type AnyPlan, planText, progressText, resultText } from './replay-text.ts';

/** How it was asked for. */
export interface CarryOutFlags {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Where it is told. */
export interface Streams {
  readonly output: Output;
  readonly errors: Output;
  /** Whether a person can be asked. */
  readonly isInteractive: boolean;
}

/** What is carried out. */
export interface Work {
  readonly isRunning: boolean;
  readonly run: (dryRun: boolean, signal: AbortSignal) => AsyncIterable<Progress<AnyPlan>>;
}

/** How often the line with the progress is written anew, milliseconds. */
const PROGRESS_MS = 200;

/**
 * Shows what would be done, asks, does it. Without a terminal and without `yes` nothing is done.
 * A signal ends it: what was written stays written. `EXIT.inputsFailed` where dead letters stay.
 */
export async function carryOut(
  work: Work,
  flags: CarryOutFlags,
  streams: Streams,
): Promise<ExitCode> {
  const signals = watchSignals();
  const stopping = new AbortController();
  void signals.requested.then(() => stopping.abort());
  try {
    return await planAndRun(work, flags, streams, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    const advice = 'The same command goes on from here.';
    await streams.errors.write(`Stopped. What was written stays written. ${advice}\n`);
    return EXIT.interrupted;
  } finally {
    signals.close();
  }
}

async function planAndRun(
  work: Work,
  { dryRun, yes, json }: CarryOutFlags,
  streams: Streams,
  signal: AbortSignal,
): Promise<ExitCode> {
  const tell = (isDryRun: boolean): Teller => createTeller({ json, isDryRun, work, streams });
  if (dryRun || !yes) {
    const plan = await follow(work.run(true, signal), tell(true));
    if (dryRun || isNothing(plan.plan)) return exitOf(plan.plan);
    if (!(await confirm(streams, signal))) return EXIT.ok;
  }
  const done = await follow(work.run(false, signal), tell(false));
  return exitOf(done.plan);
}

/** Letters that a replay could not do anything for: worth an exit code of their own. */
function exitOf(plan: AnyPlan): ExitCode {
  const stay = plan.skipped.some(({ reason }) => reason !== 'no-event');
  return 'letters' in plan && stay ? EXIT.inputsFailed : EXIT.ok;
}

function isNothing({ events, skipped }: AnyPlan): boolean {
  return events === 0 && !skipped.some(({ reason }) => reason === 'no-event');
}

/** Tells one run. */
interface Teller {
  plan(plan: AnyPlan): Promise<void>;
  step(step: Progress<AnyPlan>): Promise<void>;
  done(result: ReplayResult): Promise<void>;
}

async function follow(
  steps: AsyncIterable<Progress<AnyPlan>>,
  teller: Teller,
): Promise<{ readonly plan: AnyPlan }> {
  let plan: AnyPlan | undefined;
  for await (const step of steps) {
    if (step.kind === 'plan') {
      ({ plan } = step);
      await teller.plan(plan);
    } else if (step.kind === 'done') await teller.done(step.result);
    else await teller.step(step);
  }
  if (plan !== undefined) return { plan };
  throw new BrokerError('VIA_BROKER_FAILED', 'it ended without saying what it did');
}

interface TellerOptions {
  readonly json: boolean;
  readonly isDryRun: boolean;
  readonly work: Work;
  readonly streams: Streams;
}

function createTeller({ json, isDryRun, work, streams }: TellerOptions): Teller {
  const { output, errors } = streams;
  const line = async (value: object): Promise<void> => output.write(`${JSON.stringify(value)}\n`);
  let shownAt = 0;
  const bar = progressBar(errors);
  const clear = async (): Promise<void> => {
    await bar.clear();
    if (shownAt > 0) await errors.write('\r\x1b[K');
    shownAt = 0;
  };
  return {
    plan: async (plan) => {
      await clear();
      await (json ? line({ kind: 'plan', plan }) : output.write(planText(plan)));
    },
    step: async (step) => {
      const now = performance.now();
      if (!errors.isTerminal || now - shownAt < PROGRESS_MS) return;
      shownAt = now;
      if (step.kind === 'writing') bar.show(step.written, step.total, progressText(step));
      else await errors.write(`\r\x1b[K${progressText(step)}`);
    },
    done: async (result) => {
      await clear();
      if (json) await line({ kind: 'done', result });
      else if (!isDryRun) await output.write(resultText(result, work.isRunning));
    },
  };
}
