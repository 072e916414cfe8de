/** Translation as a function: a message of one dialect in, messages of another out. */
export {
  explain,
  type ExplainedField,
  type ExplainedMessage,
  type Explanation,
  type SendingPart,
} from './explain.ts';
export { causesOf, explanationLines, LOSS_MEANINGS, type Explained } from './explanation-text.ts';
export { readMessageText } from './message-text.ts';
export { outputFields, type OutputFields } from './output-fields.ts';
export { translate, type Translation, type TranslationContext } from './translation.ts';
export { fieldPaths } from './variants.ts';
