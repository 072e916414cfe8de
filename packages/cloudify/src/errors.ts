/** The error codes of this package; each has an entry in `docs/errors/cloudify.md`. */
export const CLOUDIFY_ERRORS = {
  VIA_CLOUDIFY_BODY_NOT_UTF8: 'the body is not UTF-8',
  VIA_CLOUDIFY_BODY_NOT_JSON: 'the body is not JSON',
  VIA_CLOUDIFY_BODY_TOO_LARGE: 'the body is larger than an event may be',
  VIA_CLOUDIFY_BODY_TOO_DEEP: 'the body is nested deeper than an event may be',
  VIA_CLOUDIFY_NOT_AN_EVENT: 'the message is JSON but neither an event nor a log of Cloudify',
  VIA_CLOUDIFY_FORM_INVALID: 'the JSON form of a message could not be read',
} as const;
