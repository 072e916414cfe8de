/** Something that works beside the engine for as long as the broker runs: the admin API. */
export interface Companion {
  /** Ends it; called before the engine is stopped, so that nothing asks of it meanwhile. */
  close(): Promise<void>;
}
