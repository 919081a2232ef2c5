// Searches every sink of a step of the built action for canaries: its log, the files for the runner, and all files on
// disk, such as the results, the posts and the manifest.

import { filesBelow } from '../support/folders.ts';
import type { StepRun } from '../support/runner.ts';
import { LeakScan } from './leak-scan.ts';

/** `folders` are searched in addition to RUNNER_TEMP, such as the workspace. */
export function leaksOf(run: StepRun, folders: readonly string[]): LeakScan {
  const scan = new LeakScan();
  scan.search('log', run.printed);
  for (const [name, value] of Object.entries(run.outputs)) scan.search(name, value);
  scan.search('summary', run.summary);
  scan.search('environment', run.others.join('\n'));
  scan.search('annotations', JSON.stringify(run.annotations));
  for (const folder of [run.runnerTemp, ...folders])
    for (const [path, text] of filesBelow(folder)) scan.search(sinkAt(path), text);
  return scan;
}

/** The output file counts as the results file: it contains all outputs, and each is searched separately as well. */
function sinkAt(path: string): string {
  return /linkedin-media-\w+\/results\.json$|_runner_file_commands\/output$/.test(path)
    ? 'results-file'
    : path;
}
