// Replaces @actions/exec in the built action: only `core.platform` uses it, which this action does not call.

export function getExecOutput() {
  throw new Error('This action does not run programs');
}
