/** The number of a state's name; a number stays one, a name that no table knows is -1. */
export function stateNumber(names: readonly string[], name: string | undefined): string {
  if (name === undefined) return '-1';
  return /^\d{1,3}$/.test(name) ? name : String(names.indexOf(name));
}
