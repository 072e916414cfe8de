/** Routes in one router. */
export const ROUTES_MAX = 1_000;

/** Conditions of one route. */
export const CONDITIONS_MAX = 64;

/** Values in one list. */
export const VALUES_MAX = 10_000;

/** Sets of targets that one router remembers; beyond them each event's is put together anew. */
export const TARGET_SETS_MAX = 4_096;
