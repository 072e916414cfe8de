/**
 * What the tests of Viaduct are made with: the contract suites that every adapter runs, the fixture
 * runner, a TCP proxy that misbehaves, time and chance under control.
 */
export {
  collectLogs,
  TEST_BROKER_ID,
  testContext,
  type CollectedLogs,
  type LogLine,
  type TestContext,
} from './collected-logs.ts';
export { CONTRACT_IN_FLIGHT, type Skips } from './contract-cases.ts';
export { eventProblems } from './event-validity.ts';
export { FAKE_EPOCH_MS, fakeClock, type FakeClock } from './fake-clock.ts';
export {
  deepFreeze,
  FIXTURE_DECODE_CONTEXT,
  FIXTURE_ENCODE_CONTEXT,
  runFixtures,
  type EncodeForm,
  type FixtureOptions,
} from './fixture-runner.ts';
export { countResources, expectNoLeftovers } from './leftovers.ts';
export { seededRandom } from './seeded-random.ts';
export {
  sinkContract,
  type SinkCase,
  type SinkContractSetup,
  type SinkPeer,
} from './sink-contract.ts';
export {
  sourceContract,
  type SourceCase,
  type SourceContractSetup,
  type SourcePeer,
} from './source-contract.ts';
export { countingClock, systemClock, type CountingClock } from './system-clock.ts';
export {
  TcpProxy,
  type Direction,
  type TcpCounters,
  type TcpFaults,
  type TcpTarget,
} from './tcp-proxy.ts';
export { waitFor, WAIT_MS, within, type WaitForOptions } from './wait-for.ts';
