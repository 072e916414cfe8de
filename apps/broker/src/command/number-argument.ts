import { InvalidArgumentError } from 'commander';

/** Reads a whole number that counts something, 1 or more. */
export function countArgument(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a whole number from 1 on is needed');
}

/** Reads a rate: a number above 0. */
export function rateArgument(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('a number above 0 is needed');
}

/** Gathers an option that may stand several times. */
export function gather(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
