/** Something to wait at until somebody says that it may be worth looking again. */
export class Gate {
  #waiting: (() => void)[] = [];

  /** Resolves at the next `open`, or when the signal is aborted; never rejects. */
  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const pass = (): void => {
        signal.removeEventListener('abort', pass);
        resolve();
      };
      signal.addEventListener('abort', pass, { once: true });
      this.#waiting.push(pass);
    });
  }

  /** Lets everybody who waits pass. */
  open(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const pass of waiting) pass();
  }
}
