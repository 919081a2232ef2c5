// The end of a run: stores what is left to store, and reports. In a cancelled run, the outputs come first.

import type { Clock } from '../deps.ts';
import { ActionError, toActionError } from '../errors/action-error.ts';
import { toAnnotation } from '../report/annotations.ts';
import { logError } from '../report/log/logger.ts';
import type { Report } from '../report/report.ts';
import type { Reporter } from '../report/reporter.ts';
import type { Runtime } from '../runtime.ts';
import { MANIFEST_MS, settlesWithin, withGracePeriod } from '../time-limits.ts';
import type { RunMemory } from './open-memory.ts';
import { rememberToken } from './token-days.ts';

/**
 * Stores what is left to store, and returns the errors: what is sent is reported all the same. Does nothing in a cancelled run:
 * see `finishRun`. `earlier`: an error after which the memory can hardly be written.
 */
export async function closeMemory(
  memory: RunMemory,
  runtime: Runtime,
  earlier: ActionError | null = null,
): Promise<ActionError[]> {
  const { signal } = runtime;
  if (signal.aborted) return [];
  try {
    await withGracePeriod(close(memory), runtime, () => {});
    if (earlier === null && memory.token !== null) await rememberToken(memory.token, runtime);
    return [];
  } catch (error) {
    return [toActionError(error)];
  }
}

type OpenMemory = Pick<RunMemory, 'manifest' | 'uploads'>;

/** Stores what is left in a cancelled run, after its outputs. @throws as `close` */
export async function closeInTime(memory: OpenMemory, clock: Clock): Promise<void> {
  if (await settlesWithin(close(memory), MANIFEST_MS, clock)) return;
  const text = `the manifest was not written in time: ${memory.manifest.store.backend} does not respond`;
  throw memory.uploads.nameMissing(new ActionError('MANIFEST_WRITE', text));
}

/** @throws as `Memory.close`. MANIFEST_WRITE names the uploads that may be missing */
async function close({ manifest, uploads }: OpenMemory): Promise<void> {
  try {
    await manifest.close();
  } catch (error) {
    throw uploads.nameMissing(error);
  }
  if (uploads.rejection !== null) throw uploads.rejection;
}

interface EndedRun extends Runtime {
  readonly memory: RunMemory | null;
  readonly reporter: Reporter;
}

/** Writes the page and the outputs. Resolves with the exit code. No step uploads the page of a cancelled run. */
export async function finishRun(build: () => Report, run: EndedRun): Promise<number> {
  const { memory, reporter, signal, logger, clock } = run;
  let report = build();
  if (!signal.aborted) {
    await withGracePeriod(reporter.writePage(report), run, () => {});
    // A run that is cancelled meanwhile always fails.
    if (signal.aborted) report = build();
  }
  const exitCode = reporter.writeReport(report);
  if (signal.aborted) {
    const closed = memory === null ? null : closeInTime(memory, clock);
    await closed?.catch((error) => {
      logError(toAnnotation(toActionError(error)), logger);
    });
    reporter.nameManifest(report);
  }
  return exitCode;
}
