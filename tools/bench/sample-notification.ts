import { opennebulaCodec } from '@viaduct/opennebula/codec';
import { osloCodec } from '@viaduct/oslo/codec';
import { virtualMachineFrames } from './messages.ts';

/** The notification that Viaduct makes of one of the benchmark's events: its body, as text. */
export function sampleNotification(): string {
  const [frame] = virtualMachineFrames(1);
  if (!frame) throw new Error('there is at least one frame');
  const context = { receivedAt: Date.UTC(2026, 0, 1), system: 'one', ordinal: 0 };
  const decoded = opennebulaCodec.decode(frame, context);
  const event = decoded.ok ? decoded.value[0]?.event : undefined;
  if (!event) throw new Error('the benchmark message does not decode');
  const encoded = osloCodec.encode(event, {
    sentAt: context.receivedAt,
    attempt: 1,
    nonce: '0'.repeat(32),
    brokerId: 'bench',
  });
  if (!encoded.ok) throw new Error(encoded.error.message);
  const body = encoded.value.natives[0]?.body;
  if (typeof body !== 'string') throw new Error('a notification is text');
  return body;
}
