// Replaces this process with a new Node process, which keeps its id, its pipes and its working directory.

type NodeProcess = Pick<NodeJS.Process, 'platform' | 'execPath' | 'execve'>;

/** Does not return. Does nothing on Windows, which cannot replace a process. `env`: all variables of the new process. */
export function replaceProcess(process: NodeProcess, args: readonly string[], env: NodeJS.ProcessEnv): void {
  // `execve` exists on Windows too, and throws there.
  if (process.platform !== 'win32') process.execve?.(process.execPath, [process.execPath, ...args], env);
}
