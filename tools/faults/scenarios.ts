import { stepClock } from './clock-faults.ts';
import { failingDisk, fullDisk, limitedFiles, readOnlyDisk } from './disk-faults.ts';
import { killAtSyscall, killBroker, stopBroker } from './kills.ts';
import { replayLetters } from './letter-faults.ts';
import { cutFrames, cutNetwork, halfOpen, slowNetwork } from './network-faults.ts';
import { burst, crashHooks, garbage, hangWebhook, loseManager } from './peer-faults.ts';
import {
  alarmRabbitmq,
  deleteOwnQueue,
  deleteQueue,
  freezeRabbitmq,
  killRabbitmq,
  restartRabbitmq,
  revokeRights,
} from './rabbitmq-faults.ts';
import { reloadConfiguration, retireSink } from './reload-faults.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  killBroker,
  killAtSyscall,
  stopBroker,
  killRabbitmq,
  restartRabbitmq,
  freezeRabbitmq,
  alarmRabbitmq,
  deleteQueue,
  deleteOwnQueue,
  revokeRights,
  cutNetwork,
  cutFrames,
  halfOpen,
  slowNetwork,
  loseManager,
  hangWebhook,
  crashHooks,
  replayLetters,
  fullDisk,
  readOnlyDisk,
  failingDisk,
  limitedFiles,
  stepClock,
  reloadConfiguration,
  retireSink,
  garbage,
  burst,
];
