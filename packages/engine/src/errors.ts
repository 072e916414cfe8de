/** The codes that the engine itself raises. */
export const ENGINE_ERRORS = {
  VIA_ENGINE_NAME_TAKEN: 'two sources or two sinks have one name',
  VIA_ENGINE_NAME_UNKNOWN: 'a route leads to a sink, or comes from a source, that is not there',
  VIA_ENGINE_STATE_WRONG:
    'the engine was started twice or after it was stopped, or changed while it did not run',
  VIA_ENGINE_CODEC_THREW: 'a codec threw an error, which it promises not to',
  VIA_ENGINE_TRACKER_THREW: 'a tracker threw an error, which it promises not to',
  VIA_ENGINE_NATIVE_UNREADABLE: 'a stored native message could not be read again',
  VIA_ENGINE_SOURCE_ENDED: 'a source ended without being told to',
  VIA_ENGINE_SINK_BROKE: 'a sink broke its contract',
  VIA_ENGINE_SEND_TIMEOUT: 'a sink took too long to send, and its connection was ended',
  VIA_ENGINE_REPLAY_TOO_LARGE: 'a replay asks for more events than can be planned at once',
  VIA_ENGINE_REPLAY_SINK_GONE: 'a sink was removed from the configuration while a replay went on',
  VIA_ENGINE_SOURCE_SILENT: 'nothing was received from a source for longer than it may be silent',
  VIA_ENGINE_SOURCE_GAP: 'messages of a source are missing for good',
  VIA_ENGINE_SINK_GAP: 'events that a sink was owed are missing for good',
  VIA_ENGINE_SINK_RETIRED: 'a sink is no longer configured; what it is owed is kept',
  VIA_ENGINE_STOP_LOST: 'events were lost because the broker stopped before they were stored',
  VIA_ENGINE_JOURNAL_FULL: 'a source was cut off because the journal had been full for too long',
} as const;

/** A wrong use of the engine, or a configuration that cannot work. */
export class EngineError extends Error {
  override readonly name: string = 'EngineError';
  readonly code: keyof typeof ENGINE_ERRORS;

  constructor(code: keyof typeof ENGINE_ERRORS, message: string) {
    super(message);
    this.code = code;
  }
}
