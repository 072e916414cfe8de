/** The error codes of this package; each has an entry in `docs/errors/cloudevents.md`. */
export const CLOUDEVENTS_ERRORS = {
  VIA_CLOUDEVENTS_NOT_JSON: 'the event, or the batch, is not JSON in UTF-8',
  VIA_CLOUDEVENTS_TOO_DEEP: 'the event is nested deeper than an event may be',
  VIA_CLOUDEVENTS_TOO_LARGE: 'the event, or the batch, is larger than it may be',
  VIA_CLOUDEVENTS_NOT_AN_EVENT: 'the message is not a CloudEvent',
  VIA_CLOUDEVENTS_SPECVERSION: 'the event follows a version of CloudEvents other than 1.0',
  VIA_CLOUDEVENTS_ATTRIBUTE: 'an attribute of the event is not what CloudEvents 1.0 asks for',
  VIA_CLOUDEVENTS_FORMAT: 'the event format, encoding or media type is none that can be read',
} as const;
