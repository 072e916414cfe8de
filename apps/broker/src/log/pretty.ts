import type { DestinationStream } from 'pino';
import pretty from 'pino-pretty';

/** The log for people: time, level, message and fields on one line. */
export function pinoPretty(fd: number, colorize: boolean): DestinationStream {
  return pretty({
    destination: fd,
    sync: true,
    colorize,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,broker',
    singleLine: true,
  });
}
