// The end of a run: stores what is left to store, and reports. In a cancelled run, the outputs come first.

import { type ActionError, toActionError } from '../errors.ts';
import { formatAnnotation } from '../report/log/logger.ts';
import type { Report } from '../report/report.ts';
import type { Reporter } from '../report/reporter.ts';
import type { Runtime } from '../runtime.ts';
import { withGracePeriod } from '../time-limits.ts';
import type { RunMemory } from './open-memory.ts';
import { rememberToken } from './token-days.ts';

/**
 * Stores what is left to store, and returns the errors: what is sent is reported all the same. Does nothing in a cancelled run:
 * see `finishRun`. `earlier`: an error after which the memory can hardly be written.
 */
export async function closeMemory(
  memory: RunMemory | null,
  runtime: Runtime,
  earlier: ActionError | null = null,
): Promise<ActionError[]> {
  const { signal } = runtime;
  if (memory === null || signal.aborted) return [];
  try {
    await withGracePeriod(memory.uploads.closeMemory(), runtime, () => {});
    if (earlier === null && memory.token !== null) await rememberToken(memory.token, runtime);
    return [];
  } catch (error) {
    return [toActionError(error)];
  }
}

interface EndedRun extends Runtime {
  readonly memory: RunMemory | null;
  readonly reporter: Reporter;
}

/** Writes the page and the outputs. Resolves with the exit code. */
export async function finishRun(build: () => Report, run: EndedRun): Promise<number> {
  const { memory, reporter, signal, logger } = run;
  let report = build();
  if (!signal.aborted) {
    await withGracePeriod(reporter.writePage(report), run, () => {});
    // A run that is cancelled meanwhile always fails.
    if (signal.aborted) report = build();
  }
  const exitCode = reporter.writeReport(report);
  if (signal.aborted) {
    await memory?.uploads.closeMemoryInTime().catch((error) => {
      const failure = toActionError(error);
      logger.error(formatAnnotation(failure), { title: failure.code });
    });
    await reporter.writeLastFiles(report);
  }
  return exitCode;
}
