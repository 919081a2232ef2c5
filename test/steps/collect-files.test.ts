// The files of a run: how many of them `max-files` allows.

import { expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { Reporter } from '../../src/report/reporter.ts';
import { collectFiles } from '../../src/steps/collect-files.ts';
import { read } from '../inputs/step-inputs.ts';
import { plant } from '../media/tree.ts';
import { caught } from '../support/caught.ts';
import { testRun } from '../support/run.ts';
import { withoutDebugLines } from '../world/runner.ts';

const VIDEO = ['clip.mp4', 'clip.srt', 'clip.thumbnail.png', 'clip', 'lone.srt', 'film.mov'];

it.each<[string, string[], Record<string, string>, number]>([
  ['counts the files that may be uploaded', ['1', '2', '3', '.hidden'], {}, 3],
  [
    'does not count the sidecars of a matched video with `sidecars: true`',
    VIDEO,
    { api: 'media', sidecars: 'true' },
    4,
  ],
  ['counts captions and thumbnails as files of their own with `sidecars: false`', VIDEO, {}, 6],
  ['judges the whole set also with `shard`', ['1', '2', '3'], { shard: '1/3' }, 3],
  [
    'does not count the alternative text of a picture',
    ['a.alt.txt', 'a.png', 'lone.alt.txt'],
    {},
    2,
  ],
])('max-files %s, and its error names the count', async (_, names, given, count) => {
  const { workspace } = await plant(Object.fromEntries(names.map((name) => [name, 'x'])));
  const run = testRun();
  const collect = (maxFiles: number) =>
    withoutDebugLines(() =>
      collectFiles(
        { ...read({ ...given, files: '*', 'max-files': `${maxFiles}` }), workspace },
        { ...run, github: null, reporter: new Reporter(run) },
      ),
    );
  expect((await collect(count)).files).not.toEqual([]);
  const error = await caught(() => collect(count - 1), InputError);
  expect(error).toMatchObject({ code: 'FILES_TOO_MANY', input: 'max-files' });
  expect(error.problem).toBe(`is ${count - 1}, but the patterns match ${count} files`);
});

it('the error of too many files says which inputs to change', async () => {
  const { workspace } = await plant({ 'a.png': 'x', 'b.png': 'y' });
  const run = testRun();
  const given = { ...read({ files: '*', 'max-files': '1' }), workspace };
  const reporter = new Reporter(run);
  const collect = () =>
    withoutDebugLines(() => collectFiles(given, { ...run, github: null, reporter }));
  const { hint } = await caught(collect, InputError);
  expect(hint).toBe('Narrow the patterns in `files` and `release-assets`, or raise `max-files`.');
});
