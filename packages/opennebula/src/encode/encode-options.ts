/** What a sink's configuration may say about encoding; passed in `EncodeContext.options`. */
export interface OpennebulaEncodeOptions {
  /**
   * `all` (default) sends each change of state under all the keys that the real driver uses;
   * `state` only under `EVENT STATE …`, which is all that OpenNebula's own hook manager reads.
   */
  readonly copies?: 'all' | 'state';
}
