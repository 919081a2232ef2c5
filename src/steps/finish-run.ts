// The end of a run: stores what is left to store, and reports. In a cancelled run, the outputs come first.

import { ActionError, messageOf, toActionError } from '../errors/action-error.ts';
import type { Memory } from '../memory/memory.ts';
import { toAnnotation } from '../report/annotations.ts';
import { logErrors } from '../report/log/logger.ts';
import type { Report } from '../report/report.ts';
import type { Reporter } from '../report/reporter.ts';
import type { Run } from '../run.ts';
import { MANIFEST_MS, withGracePeriod } from '../time-limits.ts';

/**
 * Stores what is left to store, and returns the errors: what is sent is reported all the same. Does nothing in a cancelled run:
 * see `finishRun`. `earlier`: an error after which the memory can hardly be written.
 */
export async function closeMemory(
  memory: Memory,
  run: Run,
  earlier: ActionError | null = null,
): Promise<ActionError[]> {
  if (run.signal.aborted) return [];
  try {
    await memory.close();
    if (earlier === null) await rememberToken(memory, run);
    return [];
  } catch (error) {
    return run.signal.aborted ? [] : [toActionError(error)];
  }
}

/** Stores the day of a new token. Never rejects: no run depends on it. A cancelled run has no time for it. */
export async function rememberToken(memory: Memory, run: Run): Promise<void> {
  if (run.signal.aborted) return;
  memory.tokens.stageNew();
  await memory
    .update()
    .catch((error) => run.logger.info(`the age of the access token is not remembered: ${messageOf(error)}`));
}

/** Stores what is left in a cancelled run, after its outputs. @throws as `Memory.close` */
export async function closeInTime(memory: Memory, run: Pick<Run, 'clock' | 'signal'>): Promise<void> {
  await withGracePeriod(memory.close(), run, MANIFEST_MS).catch((error) => {
    if (error !== run.signal.reason) throw error;
    const place = memory.job === null ? 'the disk' : 'GitHub';
    const text = `the manifest was not written in time: ${place} does not respond`;
    throw memory.uploads.nameUnstored(new ActionError('MANIFEST_WRITE', text));
  });
}

export interface EndedRun extends Run {
  readonly memory: Memory;
  readonly reporter: Reporter;
}

/** Writes the page and the outputs. Resolves with the exit code. No step uploads the page of a cancelled run. */
export async function finishRun(build: () => Report, run: EndedRun): Promise<number> {
  const { memory, reporter, signal, logger } = run;
  let report = build();
  if (!signal.aborted) await reporter.writePage(report);
  // A run that is cancelled meanwhile always fails.
  if (signal.aborted) report = { ...build(), page: null };
  const exitCode = reporter.writeReport(report);
  if (signal.aborted) {
    await closeInTime(memory, run).catch((error) => {
      logErrors([toAnnotation(toActionError(error))], logger);
    });
    reporter.nameManifest(report);
  }
  return exitCode;
}
