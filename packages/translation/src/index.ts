/** Translation as a function: a message of one dialect in, messages of another out. */
export {
  explain,
  type ExplainedField,
  type ExplainedMessage,
  type Explanation,
  type SendingPart,
} from './explain.ts';
export { explanationLines, type Explained } from './explanation-text.ts';
export { outputFields, type OutputFields } from './output-fields.ts';
export { translate, type Translation, type TranslationContext } from './translation.ts';
export { fieldPaths } from './variants.ts';
