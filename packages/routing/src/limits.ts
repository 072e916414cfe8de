/** Routes in one router. */
export const ROUTES_MAX = 1_000;

/** Conditions of one route. */
export const CONDITIONS_MAX = 64;

/** Values in one list. */
export const VALUES_MAX = 10_000;

/** Sets of targets that one router remembers; beyond them each event's is put together anew. */
export const TARGET_SETS_MAX = 4_096;

/** Characters of one expression. */
export const EXPRESSION_CHARACTERS_MAX = 4_096;

/** Nodes of one expression's syntax tree. */
export const EXPRESSION_NODES_MAX = 1_000;

/** Levels of one expression's syntax tree. */
export const EXPRESSION_DEPTH_MAX = 40;

/** Fields that one route sets. */
export const FIELDS_SET_MAX = 64;

/** Longest text that an expression may make, in characters. */
export const TEXT_CHARACTERS_MAX = 65_536;
