/** The codes of what can be wrong with routes. */
export const ROUTING_ERRORS = {
  VIA_ROUTING_FIELD_UNKNOWN: 'a condition names a field that events do not have',
  VIA_ROUTING_PATTERN_INVALID: 'a condition is not text, number, boolean, null, list or { not: … }',
  VIA_ROUTING_VALUE_UNKNOWN: 'a condition names a value that the field can never have',
  VIA_ROUTING_ROUTE_INVALID: 'a route is not { name, from, match, when, set, to }',
  VIA_ROUTING_EXPRESSION_INVALID: 'an expression is not CEL, or names what events do not have',
  VIA_ROUTING_EXPRESSION_FAILED: 'an expression has no value for an event',
  VIA_ROUTING_FIELD_FIXED: 'a route sets a field that cannot be set',
  VIA_ROUTING_RESHAPE_INVALID: 'what a route would make of an event is no event',
  VIA_ROUTING_NAME_TAKEN: 'two routes have one name',
  VIA_ROUTING_LIMIT: 'there are more routes, conditions or values than the limit allows',
} as const;
