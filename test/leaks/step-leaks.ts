// Every sink of a step of the built action, searched for canaries: what it printed, what it handed to the runner, and
// what it left on the disk: the files of results and posts, the manifest, anything else.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepRun } from '../support/runner.ts';
import { type Leak, LeakScan } from './leak-scan.ts';

/** `folders` beside RUNNER_TEMP, such as the workspace. */
export function leaksOf(
  run: StepRun,
  folders: readonly string[],
): { leaks: readonly Leak[]; sinks: ReadonlySet<string> } {
  const scan = new LeakScan();
  // The one line that has to name a secret, which the runner never prints.
  scan.search('log', run.rawLog.filter((line) => !line.startsWith('::add-mask::')).join('\n'));
  for (const [name, value] of Object.entries(run.outputs)) scan.search(name, value);
  scan.search('summary', run.rawSummary);
  scan.search('environment', JSON.stringify([run.env, run.state, run.paths]));
  scan.search('annotations', JSON.stringify(run.annotations));
  for (const folder of [run.runnerTemp, ...folders])
    for (const path of filesBelow(folder)) scan.search(sinkAt(path), readFileSync(path, 'latin1'));
  return scan;
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** What the runner reads outputs from holds them all, and they were searched one by one. */
function sinkAt(path: string): string {
  return /linkedin-media-\w+\/results\.json$|_runner_file_commands\/output$/.test(path)
    ? 'results-file'
    : path;
}
