/** The error codes of this package; explained in `docs/errors/opennebula.md`. */
export const OPENNEBULA_ERRORS = {
  VIA_OPENNEBULA_KEY_MALFORMED: 'the key is none that the hook manager publishes',
  VIA_OPENNEBULA_CONTENT_TOO_LARGE: 'the content is longer than is decoded',
  VIA_OPENNEBULA_CONTENT_NOT_BASE64: 'the content is not base64',
  VIA_OPENNEBULA_BODY_NOT_UTF8: 'the body is not UTF-8',
  VIA_OPENNEBULA_BODY_NOT_XML: 'the body is not well-formed XML',
  VIA_OPENNEBULA_BODY_REFUSED: 'the body holds XML that is refused: a DOCTYPE, too deep, too many',
  VIA_OPENNEBULA_BODY_INCOMPLETE: 'the body lacks an element that every message of its type has',
  VIA_OPENNEBULA_FORM_INVALID: 'a JSON form of a message was expected',
} as const;
