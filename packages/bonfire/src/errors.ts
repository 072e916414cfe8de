/** The error codes of this package; each has an entry in `docs/errors/bonfire.md`. */
export const BONFIRE_ERRORS = {
  VIA_BONFIRE_BODY_NOT_UTF8: 'the body is not UTF-8',
  VIA_BONFIRE_BODY_NOT_JSON: 'the body is not JSON',
  VIA_BONFIRE_BODY_NOT_OBJECT: 'the body is JSON, but not an object',
  VIA_BONFIRE_BODY_TOO_LARGE: 'the body is larger than a notification may be',
  VIA_BONFIRE_BODY_TOO_DEEP: 'the body is nested deeper than a notification may be',
  VIA_BONFIRE_FORM_INVALID: 'the JSON form of a message could not be read',
  VIA_BONFIRE_PLACE_INVALID: 'a template gives no exchange or routing key that AMQP can take',
} as const;
