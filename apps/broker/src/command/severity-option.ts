import { SEVERITIES } from '@viaduct/core';
import { Option } from 'commander';

/** The option that leaves out what is of less weight. */
export function severityOption(): Option {
  return new Option('--severity <severity>', 'this or worse').choices(SEVERITIES);
}
