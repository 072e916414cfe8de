/** The error codes of this package; each has an entry in `docs/errors/oslo.md`. */
export const OSLO_ERRORS = {
  VIA_OSLO_BODY_NOT_UTF8: 'the body is neither UTF-8 nor compressed',
  VIA_OSLO_BODY_NOT_JSON: 'the body is not JSON',
  VIA_OSLO_BODY_TOO_LARGE: 'the body is larger than a notification may be',
  VIA_OSLO_BODY_TOO_DEEP: 'the body is nested deeper than a notification may be',
  VIA_OSLO_CONTENT_TYPE: 'the message says that its body is not JSON',
  VIA_OSLO_COMPRESSION_UNSUPPORTED: 'the body is compressed in a way that cannot be read',
  VIA_OSLO_COMPRESSION_BROKEN: 'the compressed body cannot be unpacked',
  VIA_OSLO_ENVELOPE_VERSION: 'the envelope is of a version other than 2.0',
  VIA_OSLO_ENVELOPE_MALFORMED: 'the envelope does not hold a notification as a JSON text',
  VIA_OSLO_NOT_A_NOTIFICATION: 'the message is JSON but not a notification',
  VIA_OSLO_FORM_INVALID: 'the JSON form of a message could not be read',
  VIA_OSLO_QUEUE_UNREAD: 'a queue of notifications grows and nobody reads it',
} as const;
