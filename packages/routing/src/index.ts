/** Which event goes where: pure matching on the canonical event, compiled once. */
export { FIELDS, SHORT_NAMES, type FieldShape } from './fields.ts';
export { compileExpression, type Expression, type ExpressionProblem } from './expression.ts';
export { compileGlob, compileGlobs, isGlob } from './glob.ts';
export { ROUTING_ERRORS } from './errors.ts';
export type { RouteProblem } from './problem.ts';
export type { Match, Negation, Pattern, Reshaping, Route, Scalar } from './route.ts';
export { compileRoutes, type Router } from './router.ts';
export type { RouteFailure, Routing, Variant } from './routing.ts';
export { VARIABLES } from './variables.ts';
