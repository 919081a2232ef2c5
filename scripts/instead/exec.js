// Stands in for @actions/exec in the built action: only `core.platform` runs programs with it, which is never asked.

export function getExecOutput() {
  throw new Error('this action runs no programs');
}
