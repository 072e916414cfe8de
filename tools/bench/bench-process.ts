/** Processes of a benchmark: started, told what to do, waited for. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a script that takes orders and reports. */
export function startProcess(file: URL): ChildProcess {
  return fork(file, {
    execArgv: ['--conditions=@viaduct/source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The next report of a kind; fails when the process ends first, so that nothing waits for ever. */
export async function nextReport<
  Report extends { readonly report: string },
  Kind extends Report['report'],
>(source: ChildProcess, kind: Kind): Promise<Extract<Report, { readonly report: Kind }>> {
  const ended = new AbortController();
  const exit = once(source, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a bench process ended early, exit code ${String(code)}`);
  });
  const wanted = (async () => {
    for (;;) {
      const [message] = (await once(source, 'message', { signal: ended.signal })) as [Report];
      if (message.report === kind) return message as Extract<Report, { readonly report: Kind }>;
    }
  })();
  try {
    return await Promise.race([wanted, exit]);
  } finally {
    ended.abort();
    await Promise.allSettled([wanted, exit]);
  }
}

/** Tells processes to stop and waits for their end. */
export async function stopProcesses(processes: readonly ChildProcess[]): Promise<void> {
  for (const process of processes) if (process.connected) process.send({ order: 'stop' });
  await Promise.all(
    processes.map(async (process) => {
      if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
    }),
  );
}
