// Limits the heap memory of a run with thousands of files: V8's young generation. V8's options must not change in a running
// process (https://nodejs.org/api/v8.html#v8setflagsfromstringflags), so the process starts again with the option.

import { replaceProcess } from './replace-process.ts';

/** Up to this many files, the option saves less than 40 MiB. */
const MAX_FILES_WITHOUT_OPTION = 5000;

/**
 * V8 doubles the young generation as objects survive in it, up to 2 × 64 MiB: 10,000 files take about 280 MiB. With 2 × 16
 * MiB they take 190 MiB, at the same speed.
 */
const OPTION = '--max-semi-space-size=16';

type NodeProcess = Pick<NodeJS.Process, 'platform' | 'execPath' | 'execve' | 'env' | 'execArgv' | 'argv'>;

/** Call it before any other work: it does not return if it restarts the process. */
export function limitYoungGeneration(process: NodeProcess): void {
  const { env, execArgv, argv } = process;
  // An invalid input is reported later: here it is NaN, and the run is not large.
  const isLarge = Number(env['INPUT_MAX-FILES']) > MAX_FILES_WITHOUT_OPTION;
  // It may come from this function, or from the workflow.
  const hasOption = /max[-_]semi[-_]space[-_]size/.test([...execArgv, env.NODE_OPTIONS].join(' '));
  if (isLarge && !hasOption) replaceProcess(process, [OPTION, ...execArgv, ...argv.slice(1)], env);
}
