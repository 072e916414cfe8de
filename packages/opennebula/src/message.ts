/**
 * One event as OpenNebula's hook manager publishes it over ZeroMQ (`src/hm_mad/one_hm.rb`, read
 * and run at 7.5.80): exactly two frames.
 *
 *   frame 1  key      EVENT API one.vm.allocate 1          ASCII, blank-separated, see `key.ts`
 *                     EVENT VM 42/ACTIVE/RUNNING␠          by id
 *                     EVENT STATE VM/ACTIVE/RUNNING/42␠    by state
 *                     EVENT SERVICE 9␠                     by OneFlow service
 *                     RETRY                                for the hook execution manager only
 *   frame 2  content  base64 of a UTF-8 XML document, without line breaks (RETRY: one trailing
 *                     blank); no XML declaration, no namespace:
 *                       <HOOK_MESSAGE><HOOK_TYPE>STATE</HOOK_TYPE>…</HOOK_MESSAGE>
 *
 * A change of state is published under two or three keys with the same content. There is no
 * sequence number, no time, and no caller in a message.
 */
export interface OpennebulaMessage {
  /** The key frame as text, with its trailing blank where it has one. */
  readonly key: string;
  /** The content frame as text: base64. */
  readonly content: string;
}

/** Frames of a message on the wire; any other number is malformed. */
export const FRAMES = 2;

/**
 * Longest content frame that is decoded, bytes of base64. Real documents reach some MB in the
 * results of pool calls; everything above is refused before it is looked at.
 */
export const CONTENT_BYTES_MAX: number = 8 * 1024 * 1024;

/** Longest key that is decoded, characters. Real keys stay below 100. */
export const KEY_LENGTH_MAX = 1024;

/** The name of this dialect, `event.origin` of all that is decoded here. */
export const DIALECT = 'opennebula';
