/** Something that works beside the engine for as long as the broker runs: the admin API. */
export interface Service {
  /** Ends it; called before the engine is stopped, so that nothing asks of it meanwhile. */
  close(): Promise<void>;
}
