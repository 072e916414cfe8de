/**
 * What the rest of a datagram takes at most, bytes: sequence headers, version, request id, error
 * fields, sysUpTime.0 and the name of snmpTrapOID.0.
 */
const AROUND_BYTES = 4 + 3 + 4 + 4 + 6 + 3 + 3 + 4 + 18 + 16;

/** What the fixed parts of a v3 message take at most, bytes, an id of an engine counted twice. */
const V3_FIXED_BYTES = 19 + 6 + 2 + 6 + 6 + 2 + 2 + 10 + 4 + 4 + 2 + 2 + 8;

/**
 * How many bytes of a datagram the varbinds of a notification may take, given how many
 * sub-identifiers its name has.
 */
export function roomForVarbinds(
  datagramBytesMax: number,
  trapOidLength: number,
  securityBytes: number,
): number {
  const oidBytes = trapOidLength + 10; // two bytes for large numbers, a few
  return datagramBytesMax - AROUND_BYTES - oidBytes - securityBytes;
}

/** What a community takes. */
export function communitySize(communityBytes: number): number {
  return communityBytes + 4;
}

/** What a v3 message takes beyond its PDU, given the lengths of what varies, bytes. */
export function v3Size(lengths: {
  readonly engineId: number;
  readonly user: number;
  readonly digest: number;
  readonly contextName: number;
}): number {
  const { engineId, user, digest, contextName } = lengths;
  return V3_FIXED_BYTES + 2 * engineId + user + digest + contextName;
}
