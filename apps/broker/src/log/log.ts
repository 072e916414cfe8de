import type { LogFields, Logger } from '@viaduct/core';
import { pino } from 'pino';
import { pinoPretty } from './pretty.ts';
import { redactUrls } from '../config/redact.ts';
import type { BrokerSection } from '../config/configuration.ts';

/** Standard error: standard output belongs to what a command prints. */
const STDERR = 2;

/**
 * The structured log: JSON lines, or readable ones on a terminal. Written synchronously: there is
 * a line for an incident, none for an event, and none may be missing after a crash.
 */
export function createLogger(broker: Pick<BrokerSection, 'name' | 'log'>): Logger {
  const isPretty =
    broker.log.format === 'pretty' || (broker.log.format === 'auto' && process.stderr.isTTY);
  const destination = isPretty
    ? pinoPretty(STDERR, hasColours())
    : pino.destination({ dest: STDERR, sync: true });
  const log = pino(
    {
      level: broker.log.level,
      base: { broker: broker.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return withoutPasswords(log);
}

/** Colours go to people who have not said that they want none (no-color.org). */
function hasColours(): boolean {
  const { NO_COLOR } = process.env;
  return process.stderr.isTTY && (NO_COLOR === undefined || NO_COLOR === '');
}

/** Adapters redact what they log; a URL in the message of some library is caught here. */
function withoutPasswords(log: Logger): Logger {
  const clean = (fields: LogFields): LogFields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? redactUrls(value) : value,
      ]),
    );
  return {
    debug: (fields, message) => log.debug(clean(fields), redactUrls(message)),
    info: (fields, message) => log.info(clean(fields), redactUrls(message)),
    warn: (fields, message) => log.warn(clean(fields), redactUrls(message)),
    error: (fields, message) => log.error(clean(fields), redactUrls(message)),
  };
}
