// Inspects the files of a temporary workspace, with and without their sidecars.

import type { FindOptions } from '../../src/media/find/find-files.ts';
import {
  type FoundFile,
  openWorkspace,
  type WorkspaceOptions,
} from '../../src/media/find/workspace.ts';
import { inspectMedia } from '../../src/media/inspect-media.ts';
import type { MediaFile } from '../../src/media/media-file.ts';
import { attachSidecars } from '../../src/media/sidecars.ts';
import { mp4, png } from '../support/media.ts';
import { testRun } from '../support/run.ts';
import { srt } from '../support/subrip.ts';
import { DEFAULTS, find } from './find/find.ts';
import { plant, type Tree } from './tree.ts';

export const VIDEO = mp4();
export const PAIR = { 'clip.mp4': VIDEO, 'clip.srt': srt(), 'clip.thumbnail.png': png() };

export async function attach(
  { workspace }: Pick<Tree, 'workspace'>,
  files: readonly MediaFile[],
  options: Partial<WorkspaceOptions> = DEFAULTS,
): Promise<MediaFile[]> {
  return await attachSidecars(files, await openWorkspace({ workspace, ...options }), testRun());
}

/** Inspects files without their sidecars. */
export async function inspectAll(files: readonly FoundFile[], options: WorkspaceOptions) {
  const workspace = await openWorkspace(options);
  const what = { workspace, sidecars: false, altTexts: true, digests: false };
  return await inspectMedia(files, what, testRun());
}

export async function inspected(tree: Tree, patterns: string, options: Partial<FindOptions> = {}) {
  return inspectAll((await find(tree, patterns, options)).files, { ...tree, ...options });
}

/** Search and inspection of a run with `sidecars: true`. */
export async function run(tree: Tree, patterns: string, options: Partial<FindOptions> = {}) {
  return attach(tree, await inspected(tree, patterns, options), { ...DEFAULTS, ...options });
}

/** One line for a file: its path with its sidecars, or with its error code. */
export function summaryOf({ path, error, sidecars }: MediaFile): string {
  const paths = [sidecars?.captions?.path, sidecars?.thumbnail?.path].filter(
    (one) => one !== undefined,
  );
  return [path, ...(error === null ? paths : [error.code])].join(' + ');
}

/** The result for `clip.mp4` in a workspace with these files. */
export async function clipOf(files: Record<string, string | Uint8Array>): Promise<MediaFile> {
  return only(await run(await plant({ 'clip.mp4': VIDEO, ...files }), 'clip.mp4'));
}

export function only(files: readonly MediaFile[]): MediaFile {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0)
    throw new Error(`expected one file, got ${files.length}`);
  return file;
}
