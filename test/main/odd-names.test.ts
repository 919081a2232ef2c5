// The action with 250 odd file names: the runner sees no forged command, a shell runs nothing, and the
// summary holds only the action's own markup.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { showInvisible } from '../../src/format.ts';
import { escapeForLog } from '../../src/report/log/logger.ts';
import { readMarkdown, renderMarkdown } from '../support/github-markdown.ts';
import { HOSTILE, hostileText, ORDINARY, SHAPING } from '../support/hostile-names.ts';
import { png } from '../support/media.ts';
import { makeWorkspace, OWNER, rowsOf } from '../support/publishing.ts';
import { runProgram, type StepRun } from '../support/runner.ts';
import { parseCommand } from '../support/workflow-commands.ts';

/** Valid on Linux, always the same ones. */
const ODD_NAMES = [...HOSTILE, ...ORDINARY, ...fc.sample(hostileText, { numRuns: 600, seed: 1 })]
  .map((name) => name.replaceAll(/[/\0]/g, '\u2215'))
  .filter((name) => name.trim() !== '' && name.isWellFormed() && Buffer.byteLength(name) < 250)
  .filter((name, index, all) => !/^\.{1,2}$/.test(name) && all.indexOf(name) === index)
  .slice(0, 250);
const ABREAST = 125;
const BATCHES = Array.from({ length: ODD_NAMES.length / ABREAST }, (_, batch) =>
  ODD_NAMES.slice(batch * ABREAST, (batch + 1) * ABREAST),
);

/** Counts the lines that a runner would take for a command, by the name of the command. */
function commandsIn(run: StepRun): Record<string, number> {
  const names = run.rawLog.flatMap((line) => parseCommand(line)?.name ?? []);
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

async function runOver(names: readonly string[], mode: string): Promise<StepRun> {
  const workspace = await makeWorkspace(Object.fromEntries(names.map((name) => [`odd/${name}`, png()])));
  // The debug log names each link that is skipped.
  mkdirSync(join(workspace, 'links'));
  for (const name of names) symlinkSync('../odd', join(workspace, 'links', name));
  const files = 'odd/**\nlinks/**';
  return runProgram({
    workspace,
    debug: true,
    inputs: { mode, owner: OWNER, files, 'max-files': '500', 'include-hidden-files': 'true' },
  });
}

/** Runs a shell step that holds `text` in single quotes; returns its output and the files it created. */
function shelled(text: string): { printed: string; made: string[] } {
  const cwd = mkdtempSync(join(tmpdir(), 'shelled-'));
  const script = `x='${text}'\nprintf %s "$x"`;
  const printed = execFileSync('bash', ['-c', script], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { printed, made: readdirSync(cwd) };
}

const OUR_TAG =
  /^<(\/?(code|details|summary|h2|h3|p|table|thead|tbody|tr|th|td|strong|a)|wbr|br|a href="https:\/\/(www\.linkedin\.com\/company\/\d+\/|github\.invalid\/[^"]*)")>$/;

/** Of the summary as GitHub shows it. */
function expectOurMarkupAlone(summary: string, files: readonly string[]): void {
  const tags = renderMarkdown(summary).match(/<[^>]*>?/g) ?? [];
  expect(tags.filter((tag) => !OUR_TAG.test(tag))).toEqual([]);
  // Each name is in a cell of its own, unchanged but for its invisible characters.
  const cells = renderMarkdown(summary).match(/<td><code>.*?<\/code>/g) ?? [];
  expect(cells.map((cell) => readMarkdown(cell).trim()).toSorted()).toEqual(
    files.map(showInvisible).map(trim).toSorted(),
  );
}

// A code span ends at its last mark, and blanks around it are not shown.
const trim = (name: string) => name.trim();

function expectInertLog(run: StepRun): void {
  expect(run.rawLog.filter((line) => SHAPING.test(line))).toEqual([]);
  // No `set-output` and no command that the runner refuses was forged.
  expect(Object.keys(run.outputs).filter((name) => !/^[a-z-]+$/.test(name))).toEqual([]);
  expect(run.others).toEqual(['', '', '']);
  expect(run.maskedOutputs).toEqual([]);
}

function expectInertOutputs(run: StepRun): void {
  for (const [name, value] of Object.entries(run.outputs)) {
    expect([name, shelled(value)]).toEqual([name, { printed: value, made: [] }]);
    if (!value.startsWith('[') && !value.startsWith('{')) continue;
    expect(value).not.toMatch(/[<>&'`$]/);
    expect(parse(`x: ${value}`)).toEqual({ x: JSON.parse(value) });
    expect(parse(`x: '${value}'`)).toEqual({ x: value });
  }
}

describe.skipIf(process.platform !== 'linux').each([...BATCHES.entries()])(
  'Odd names, batch %i',
  (_, names) => {
    const files = names.map((name) => `odd/${name}`).toSorted();

    it('odd file names are escaped in every output of mode: simulate', async () => {
      const run = await runOver(names, 'simulate');
      expect(run.messages('error')).toEqual([]);
      expect(run.exitCode).toBe(0);
      const { debug, 'add-mask': masks = 0, ...others } = commandsIn(run);
      expect(others).toEqual({ group: 1, endgroup: 1 });
      expect(debug).toBeGreaterThanOrEqual(names.length);
      // The query keys of 50 uploads, and the GitHub token.
      expect(masks).toBeLessThanOrEqual(51);
      expect(run.annotations).toEqual([]);
      expectInertLog(run);
      const rows = rowsOf(run);
      expect(rows.map(({ file }) => file).toSorted()).toEqual(files);
      expect(rows.map(({ state }) => state)).toEqual(files.map(() => 'available'));
      expect(JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'))).toEqual(rows);
      expectInertOutputs(run);
      expectOurMarkupAlone(run.summary, files);
      const log = run.rawLog.join('\n');
      for (const file of files) expect(log).toContain(`${escapeForLog(file)}: registered as urn:li:`);
    });
  },
);
