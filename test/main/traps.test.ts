// The upload action in a hostile repository: files that must not be published, and names that forge commands or markup. What a shell
// and YAML make of the outputs: test/report/outputs.test.ts.

import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { showInvisible } from '../../src/format.ts';
import { escapeForLog } from '../../src/report/log/logger.ts';
import { plantFifo } from '../media/tree.ts';
import { readMarkdown, renderMarkdown } from '../support/github-markdown.ts';
import { HOSTILE, ORDINARY, SHAPING } from '../support/hostile-names.ts';
import { png } from '../support/media.ts';
import { makeWorkspace, OWNER, publish, rowsOf } from '../support/publishing.ts';
import { runProgram } from '../support/runner.ts';
import { parseCommand } from '../support/workflow-commands.ts';

const OWN = png({ width: 40, height: 30 });
const FOREIGN = png({ width: 50, height: 30 });
const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n';
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function plantOutside(): Promise<string> {
  return makeWorkspace({ 'own.png': OWN, 'foreign.png': FOREIGN, 'deep/foreign.png': FOREIGN });
}

/** Links, loops, pipes, sockets, hidden folders, keys, and two valid pictures. */
async function plantTraps({ hasLoops }: { hasLoops: boolean }): Promise<string> {
  const outside = await plantOutside();
  const workspace = await makeWorkspace({
    'media/a.png': OWN,
    'media/sub/b.png': OWN,
    'media/key.png': KEY,
    'media/id_rsa.jpg': KEY,
    '.env': 'TOKEN=x',
    '.git/hidden.png': FOREIGN,
    'media/.git/hidden.png': FOREIGN,
    'media/.hidden.png': FOREIGN,
  });
  const at = (name: string) => join(workspace, 'media', name);
  symlinkSync(join(outside, 'foreign.png'), at('link.png'));
  symlinkSync(outside, at('folder-link'));
  symlinkSync('.', at('loop'));
  // With follow-symlinks, these end the run before anything is sent.
  if (hasLoops) symlinkSync('loop-b', at('loop-a'));
  if (hasLoops) symlinkSync('loop-a', at('loop-b'));
  symlinkSync('/dev/zero', at('zero.png'));
  symlinkSync('/proc/self/environ', at('environ.png'));
  symlinkSync('../.env', at('env.png'));
  symlinkSync('.hidden.png', at('shown.png'));
  mkdirSync(at('folder.png'));
  linkSync(at('a.png'), at('hard.png'));
  plantFifo(at('pipe.png'));
  const server = createServer().listen(at('socket.png'));
  onTestFinished(() => void server.close());
  return workspace;
}

describe.skipIf(process.platform !== 'linux')('Hostile files', () => {
  it.each(['false', 'true'])(
    'links, pipes, sockets and keys are neither sent nor hang the run with follow-symlinks: %s',
    async (follow) => {
      const { run, sandbox } = await publish({
        workspace: await plantTraps({ hasLoops: follow === 'false' }),
        inputs: { files: '**', 'follow-symlinks': follow },
      });
      const ends = rowsOf(run).map(({ file, state, error }) => [file, error?.code ?? state]);
      expect(Object.fromEntries(ends)).toEqual({
        'media/a.png': 'available',
        // A hard link: the same file under another name.
        'media/hard.png': 'available',
        'media/id_rsa.jpg': 'FILE_TYPE',
        'media/key.png': 'FILE_TYPE',
        'media/sub/b.png': 'available',
      });
      for (const asset of sandbox.model.assets()) expect(asset.sha256).toBe(digest(OWN));
    },
  );
});

/** Valid on Linux. */
const NAMES = [...HOSTILE, ...ORDINARY]
  .map((name) => `odd/${name.replaceAll(/[/\0]/g, '\u2215')}`)
  .filter((name) => name.trim() !== 'odd/' && name.isWellFormed());

const OUR_TAG =
  /^<(\/?(code|details|summary|h2|h3|p|ul|li|pre|strong|a)|wbr|br|a href="https:\/\/(www\.linkedin\.com\/company\/\d+\/|github\.invalid\/[^"]*)")>$/;

it.skipIf(process.platform !== 'linux')('odd file names are escaped in every output', async () => {
  const workspace = await makeWorkspace(Object.fromEntries(NAMES.map((name) => [name, png()])));
  const inputs = {
    mode: 'simulate',
    owner: OWNER,
    files: 'odd/**',
    'include-hidden-files': 'true',
  };
  const run = await runProgram({ workspace, debug: true, inputs });
  expect([run.exitCode, run.annotations, run.maskedOutputs, run.others]).toEqual([
    0,
    [],
    [],
    ['', '', ''],
  ]);
  const commands = new Set(run.rawLog.flatMap((line) => parseCommand(line)?.name ?? []));
  expect(commands).toEqual(new Set(['add-mask', 'debug', 'group', 'endgroup']));
  expect(run.rawLog.filter((line) => SHAPING.test(line))).toEqual([]);
  // No `set-output` was forged.
  expect(Object.keys(run.outputs).filter((name) => !/^[a-z-]+$/.test(name))).toEqual([]);
  const rows = rowsOf(run);
  expect(rows.map(({ file }) => file).toSorted()).toEqual(NAMES.toSorted());
  expect(rows.map(({ state }) => state)).toEqual(NAMES.map(() => 'available'));
  expect(JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'))).toEqual(rows);
  for (const name of NAMES)
    expect(run.rawLog.join('\n')).toContain(`${escapeForLog(name)}: registered as`);
  const summary = renderMarkdown(run.summary);
  expect((summary.match(/<[^>]*>?/g) ?? []).filter((tag) => !OUR_TAG.test(tag))).toEqual([]);
  // Each name is in an entry of its own, unchanged but for its invisible characters, and blanks around it are not shown.
  const entries =
    summary.slice(summary.indexOf('>Files</h3>')).match(/<li><strong><code>.*?<\/code>/g) ?? [];
  const shown = entries.map((entry) => readMarkdown(entry).trim());
  expect(shown.toSorted()).toEqual(NAMES.map((name) => showInvisible(name).trim()).toSorted());
});

it('`results` and its file write invisible characters of names as `\\u…`, and an emoji as it is', async () => {
  const names = ['a\u202egnp.png', 'b\u2066c\u200b.png', 'c\u{e0041}.png', 'd👩\u200d💻.png'];
  const workspace = await makeWorkspace(Object.fromEntries(names.map((name) => [name, png()])));
  const inputs = { mode: 'simulate', owner: OWNER, files: '*.png' };
  const run = await runProgram({ workspace, inputs });
  const file = readFileSync(run.outputs['results-file'] ?? '', 'utf8');
  for (const json of [run.outputs.results ?? '', run.outputs.urns ?? '', file]) {
    for (const text of ['a\\u202egnp', 'b\\u2066c\\u200b', 'c\\udb40\\udc41', 'd👩\u200d💻'])
      expect(json).toContain(`"${text}.png"`);
  }
  expect(rowsOf(run).map((row) => row.file)).toEqual(names);
});
