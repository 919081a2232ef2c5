// The upload action with odd file names: the runner sees no forged command, and the summary holds only the action's own markup. What a
// shell and YAML make of the outputs: test/report/outputs.test.ts.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { showInvisible } from '../../src/format.ts';
import { escapeForLog } from '../../src/report/log/logger.ts';
import { readMarkdown, renderMarkdown } from '../support/github-markdown.ts';
import { HOSTILE, ORDINARY, SHAPING } from '../support/hostile-names.ts';
import { png } from '../support/media.ts';
import { makeWorkspace, OWNER, rowsOf } from '../support/publishing.ts';
import { runProgram } from '../support/runner.ts';
import { parseCommand } from '../support/workflow-commands.ts';

/** Valid on Linux. */
const NAMES = [...HOSTILE, ...ORDINARY]
  .map((name) => `odd/${name.replaceAll(/[/\0]/g, '\u2215')}`)
  .filter((name) => name.trim() !== 'odd/' && name.isWellFormed());

const OUR_TAG =
  /^<(\/?(code|details|summary|h2|h3|p|table|thead|tbody|tr|th|td|strong|a)|wbr|br|a href="https:\/\/(www\.linkedin\.com\/company\/\d+\/|github\.invalid\/[^"]*)")>$/;

it.skipIf(process.platform !== 'linux')('odd file names are escaped in every output', async () => {
  const workspace = await makeWorkspace(Object.fromEntries(NAMES.map((name) => [name, png()])));
  const inputs = { mode: 'simulate', owner: OWNER, files: 'odd/**', 'include-hidden-files': 'true' };
  const run = await runProgram({ workspace, debug: true, inputs });
  expect([run.exitCode, run.annotations, run.maskedOutputs, run.others]).toEqual([0, [], [], ['', '', '']]);
  const commands = new Set(run.rawLog.flatMap((line) => parseCommand(line)?.name ?? []));
  expect(commands).toEqual(new Set(['add-mask', 'debug', 'group', 'endgroup']));
  expect(run.rawLog.filter((line) => SHAPING.test(line))).toEqual([]);
  // No `set-output` was forged.
  expect(Object.keys(run.outputs).filter((name) => !/^[a-z-]+$/.test(name))).toEqual([]);
  const rows = rowsOf(run);
  expect(rows.map(({ file }) => file).toSorted()).toEqual(NAMES.toSorted());
  expect(rows.map(({ state }) => state)).toEqual(NAMES.map(() => 'available'));
  expect(JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'))).toEqual(rows);
  for (const name of NAMES) expect(run.rawLog.join('\n')).toContain(`${escapeForLog(name)}: registered as`);
  const summary = renderMarkdown(run.summary);
  expect((summary.match(/<[^>]*>?/g) ?? []).filter((tag) => !OUR_TAG.test(tag))).toEqual([]);
  // Each name is in a cell of its own, unchanged but for its invisible characters, and blanks around it are not shown.
  const cells = (summary.match(/<td><code>.*?<\/code>/g) ?? []).map((cell) => readMarkdown(cell).trim());
  expect(cells.toSorted()).toEqual(NAMES.map((name) => showInvisible(name).trim()).toSorted());
});
