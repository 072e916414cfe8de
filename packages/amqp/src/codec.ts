/**
 * What the codecs of dialects on RabbitMQ share: the native message and its JSON form. Pulls in no
 * AMQP client, no socket and no Node types.
 */
export { formatNative, invalidForm, parseNative, type FormOptions } from './native-form.ts';
export {
  ID_HEADER,
  nativeMessage,
  nativeProperties,
  textHeader,
  textOf,
  TRACE_HEADER,
  TRAIL_HEADER,
  type NativeMessage,
  type NativeProperties,
  type ReceivedMessage,
} from './native-message.ts';
export {
  sendableProperties,
  trailHeaders,
  withTrailHeaders,
  type SendableProperties,
} from './trail-headers.ts';
