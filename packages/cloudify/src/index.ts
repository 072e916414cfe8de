/**
 * Cloudify and Studio Conductor: the codec of their workflow events. `@viaduct/cloudify/codec` is
 * the same without anything of Node.
 */
export { cloudifyCodec, hookContext } from './codec.ts';
export { CLOUDIFY_ERRORS } from './errors.ts';
