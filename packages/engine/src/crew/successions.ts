/**
 * Who comes after whom. Of one name never two are at work: the next begins when the one before has
 * let go of its address, its queue and its subscription, however long that takes.
 */
export class Successions {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `step` when all earlier steps under this key are over; `step` must not reject. */
  then(key: string, step: () => Promise<void>): Promise<void> {
    const next = (this.#last.get(key) ?? Promise.resolve()).then(step);
    this.#last.set(key, next);
    void next.then(() => {
      if (this.#last.get(key) === next) this.#last.delete(key);
    });
    return next;
  }

  /** Resolves when what is under way under this key is over. */
  async over(key: string): Promise<void> {
    await this.#last.get(key);
  }
}
