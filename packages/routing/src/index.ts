/** Which event goes where: pure matching on the canonical event, compiled once. */
export { FIELDS, SHORT_NAMES, type FieldShape } from './fields.ts';
export { compileGlob, compileGlobs, isGlob } from './glob.ts';
export { ROUTING_ERRORS } from './errors.ts';
export type { RouteProblem } from './problem.ts';
export type { Match, Negation, Pattern, Route, Scalar } from './route.ts';
export { compileRoutes, type Router } from './router.ts';
