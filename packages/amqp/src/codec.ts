/**
 * What the codecs of dialects on RabbitMQ share: the native message and its JSON form. Pulls in no
 * AMQP client, no socket and no Node types.
 */
export { formatNative, invalidForm, parseNative, type FormOptions } from './message/native-form.ts';
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
} from './message/native-message.ts';
export {
  sendableProperties,
  trailHeaders,
  withTrailHeaders,
  type SendableProperties,
} from './message/trail-headers.ts';
