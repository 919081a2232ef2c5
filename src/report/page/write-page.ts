// Writes the page next to the results file, within a time limit: a hanging disk must not keep the outputs waiting.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock, Deps } from '../../deps.ts';
import { settlesWithin, withGracePeriod } from '../../grace-period.ts';
import { toPosixPath } from '../../media/find/posix-paths.ts';
import { buildPage, type PageContent } from './page.ts';

const PAGE_MS = 5000;
/** In a cancelled run, after the outputs. */
const LAST_PAGE_MS = 500;

interface PagePlace {
  /** The path of the results file. */
  readonly results: string;
  readonly clock: Clock;
  readonly isCancelled: boolean;
}

/** Returns the path of the page, with `/` on every system. @throws Error when the disk does not respond in time */
export async function writePage(
  content: PageContent,
  { results, clock, isCancelled }: PagePlace,
): Promise<string> {
  const folder = path.dirname(results);
  // An artifact that is not archived has the name of its file, and artifacts of one run need different names.
  const page = path.join(folder, `${path.basename(folder)}-page.html`);
  const writing = writeFile(page, buildPage(content));
  if (!(await settlesWithin(writing, isCancelled ? LAST_PAGE_MS : PAGE_MS, clock)))
    throw new Error('the disk does not respond');
  return toPosixPath(page);
}

/**
 * Builds the report of a run, and writes its page unless the run is cancelled: then the outputs come first. Builds the report
 * again if the run is cancelled meanwhile, because a cancelled run always fails.
 */
export async function buildReportWithPage<Report>(
  build: () => Report,
  write: (report: Report) => Promise<void>,
  run: Pick<Deps, 'clock' | 'signal'>,
): Promise<Report> {
  const report = build();
  if (run.signal.aborted) return report;
  await withGracePeriod(write(report), run, () => {});
  return run.signal.aborted ? build() : report;
}
