// Sidecars that are links, hidden, or outside the workspace: the rules for matched files apply to them too.

import { symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { attach, inspected, only, run, summaryOf, VIDEO } from './sidecar-runs.ts';
import { plant, type Tree } from './tree.ts';

const isWindows = process.platform === 'win32';

describe.skipIf(isWindows)('attachSidecars with links and hidden files', () => {
  /** A video, and `clip.srt` as a link to `target`. */
  async function plantLink(target: string, files: Record<string, string> = {}): Promise<Tree> {
    const tree = await plant({ 'clip.mp4': VIDEO, 'subs/real.srt': srt(), ...files });
    await symlink(target, tree.at('clip.srt'));
    return tree;
  }
  const OUTSIDE = { '../outside/o.srt': srt() };
  const HIDDEN = { '.subs/h.srt': srt() };

  const excluded: [
    name: string,
    target: string,
    files: Record<string, string>,
    followSymlinks: boolean,
    why: RegExp,
  ][] = [
    ['a link', 'subs/real.srt', {}, false, /reached through a link.*follow-symlinks/],
    ['a link out of the workspace', '../outside/o.srt', OUTSIDE, false, /outside the workspace/],
    [
      'a followed link out of the workspace',
      '../outside/o.srt',
      OUTSIDE,
      true,
      /outside the workspace/,
    ],
    [
      'a followed link to a hidden file',
      '.subs/h.srt',
      HIDDEN,
      true,
      /hidden file.*include-hidden-files/,
    ],
    ['a broken link', 'gone.srt', {}, false, /a broken link/],
    ['a followed broken link', 'gone.srt', {}, true, /a broken link/],
  ];
  it.each(excluded)(
    'attachSidecars rejects a video whose captions are %s, and says why',
    async (_, target, files, followSymlinks, why) => {
      const clip = only(await run(await plantLink(target, files), 'clip.mp4', { followSymlinks }));
      expect(summaryOf(clip)).toBe('clip.mp4 + FILE_SIDECAR');
      expect(clip).not.toHaveProperty('sidecars');
      expect(clip.error?.message).toMatch(why);
    },
  );

  it('attachSidecars names no input of the other action for the video of a post', async () => {
    const tree = await plantLink('subs/real.srt');
    const [clip] = await attach(tree, await inspected(tree, 'clip.mp4'), {});
    expect(clip?.error?.message).toMatch(/clip\.srt is reached through a link$/);
  });

  it('attachSidecars follows a link inside the workspace with `follow-symlinks: true`', async () => {
    const tree = await plantLink('subs/real.srt');
    const clip = only(await run(tree, 'clip.mp4', { followSymlinks: true }));
    expect(clip.sidecars?.captions).toMatchObject({
      path: 'clip.srt',
      absolutePath: tree.at('subs/real.srt'),
    });
    expect(clip.warnings).toEqual([]);
  });

  it('attachSidecars follows a link to a hidden file with `include-hidden-files: true` too', async () => {
    const tree = await plantLink('.subs/h.srt', HIDDEN);
    const both = { followSymlinks: true, includeHiddenFiles: true };
    expect(summaryOf(only(await run(tree, 'clip.mp4', both)))).toBe('clip.mp4 + clip.srt');
  });

  it('attachSidecars rejects a followed link to a directory as captions', async () => {
    const tree = await plantLink('subs');
    expect(summaryOf(only(await run(tree, 'clip.mp4', { followSymlinks: true })))).toBe(
      'clip.mp4 + FILE_SIDECAR',
    );
  });

  it('attachSidecars keeps the row of an image that is also the target of a linked thumbnail', async () => {
    const tree = await plant({ 'a.png': png(), 'clip.mp4': VIDEO });
    await symlink('a.png', tree.at('clip.thumbnail.png'));
    const files = await run(tree, '**', { followSymlinks: true });
    expect(files.map(summaryOf)).toEqual(['a.png', 'clip.mp4 + clip.thumbnail.png']);
  });

  it('attachSidecars finds the sidecars of a video in a linked folder under the matched path', async () => {
    const tree = await plant({ 'real/clip.mp4': VIDEO, 'real/clip.srt': srt() });
    await symlink('real', tree.at('dir'));
    const files = await run(tree, 'dir/**', { followSymlinks: true });
    expect(files.map(summaryOf)).toEqual(['dir/clip.mp4 + dir/clip.srt']);
    expect(files[0]?.sidecars?.captions?.absolutePath).toBe(tree.at('real/clip.srt'));
  });

  it('attachSidecars finds the sidecars of a linked video by the matched name', async () => {
    const tree = await plant({ 'real.mp4': VIDEO, 'real.srt': srt(), 'link.srt': srt(2) });
    await symlink('real.mp4', tree.at('link.mp4'));
    const files = await run(tree, 'link.mp4', { followSymlinks: true });
    expect(files.map(summaryOf)).toEqual(['link.mp4 + link.srt']);
  });

  it('attachSidecars finds the hidden sidecars of a hidden video', async () => {
    const tree = await plant({
      '.clip.mp4': VIDEO,
      '.clip.srt': srt(),
      '.d/e.mp4': VIDEO,
      '.d/e.srt': srt(),
    });
    const files = await run(tree, '**', { includeHiddenFiles: true });
    expect(files.map(summaryOf)).toEqual(['.clip.mp4 + .clip.srt', '.d/e.mp4 + .d/e.srt']);
  });

  it('attachSidecars does not treat the files of a linked workspace as links', async () => {
    const tree = await plant({ 'real/clip.mp4': VIDEO, 'real/clip.srt': srt() });
    await symlink('real', tree.at('workspace'));
    const files = await run(tree, '*.mp4', { workspace: tree.at('workspace') });
    expect(files.map(summaryOf)).toEqual(['clip.mp4 + clip.srt']);
  });
});
