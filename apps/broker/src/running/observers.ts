import type { EngineObserver } from '@viaduct/engine';

/** One observer for the engine out of several; each sees everything, in this order. */
export function observers(all: readonly EngineObserver[]): EngineObserver {
  const appended = all.flatMap((one) => one.appended ?? []);
  const encoded = all.flatMap((one) => one.encoded ?? []);
  const settled = all.flatMap((one) => one.settled ?? []);
  const deadLettered = all.flatMap((one) => one.deadLettered ?? []);
  const noticed = all.flatMap((one) => one.noticed ?? []);
  return {
    ...(appended.length === 0 ? {} : { appended: allOf(appended) }),
    ...(encoded.length === 0 ? {} : { encoded: allOf(encoded) }),
    ...(settled.length === 0 ? {} : { settled: allOf(settled) }),
    ...(deadLettered.length === 0 ? {} : { deadLettered: allOf(deadLettered) }),
    ...(noticed.length === 0 ? {} : { noticed: allOf(noticed) }),
  };
}

function allOf<Parameters extends unknown[]>(
  calls: readonly ((...parameters: Parameters) => void)[],
): (...parameters: Parameters) => void {
  return (...parameters) => {
    for (const call of calls) call(...parameters);
  };
}
