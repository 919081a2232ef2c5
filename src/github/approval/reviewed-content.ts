// The files that a review of a post covers, and their content at three places: the commit that was reviewed, the commit of the
// run, and the workspace.

import { join } from 'node:path';
import { ActionError } from '../../errors/action-error.ts';
import { fileIndex } from '../../media/find/workspace.ts';
import { sidecarPathsOf } from '../../media/sidecars.ts';
import { mediaFilesOf, type WrittenPost } from '../../post/file/post.ts';
import { possibleBlobs } from '../git-blob.ts';
import type { RepositoryReader } from './repository-reader.ts';

export interface ReviewedPost {
  /** The post file; null for a post from inputs. */
  readonly file: string | null;
  /** The post file, its media and the picture of its link card, relative to the workspace. */
  readonly paths: readonly string[];
  /** The files that are published with them if they exist: alternative texts, captions and thumbnails. */
  readonly optionalPaths: readonly string[];
  readonly hasReleaseMedia: boolean;
}

export function toReviewedPost({ file, media, linkImage }: WrittenPost): ReviewedPost {
  const all = mediaFilesOf({ media, linkImage }).map(({ path }) => path);
  const inWorkspace = all.filter((path) => !path.startsWith('release:'));
  const videos = media.filter(({ kind }) => kind === 'video');
  return {
    file,
    paths: [...(file === null ? [] : [file]), ...inWorkspace],
    optionalPaths: [
      ...media.flatMap(({ altFile }) => altFile ?? []),
      ...videos.flatMap((video) => sidecarPathsOf(video.file)),
    ],
    hasReleaseMedia: inWorkspace.length < all.length,
  };
}

interface ContentOptions {
  readonly reader: RepositoryReader;
  /** The commit of the run. */
  readonly sha: string;
  readonly workspace: string;
}

/** The modes of regular files. A link has another mode. */
const FILE_MODES = ['100644', '100755'];

/** Needs no checkout: reads the trees of git from GitHub. */
export class ReviewedContent {
  readonly #paths: readonly string[];
  readonly #allPaths: readonly string[];
  readonly #options: ContentOptions;

  constructor({ paths, optionalPaths }: ReviewedPost, options: ContentOptions) {
    this.#paths = paths;
    this.#allPaths = [...new Set([...paths, ...optionalPaths])];
    this.#options = options;
  }

  /** Says what differs between the commit of the run and the files that are about to be published; null if nothing does. */
  async changeInWorkspace(): Promise<string | null> {
    const { sha, workspace } = this.#options;
    const isThere = fileIndex(() => true);
    for (const path of this.#paths)
      if ((await this.#blobAt(sha, path)) === null)
        return `the commit of this run, ${shortSha(sha)}, does not contain ${path} as a file`;
    for (const path of this.#allPaths) {
      const committed = await this.#blobAt(sha, path);
      // On a disk that ignores letter case, `clip.SRT` would find the committed `clip.srt`.
      if (committed === null && !(await isThere(join(workspace, path)).catch(() => true))) continue;
      const present = await possibleBlobs(workspace, path);
      if (committed === null ? present.size === 0 : present.has(committed)) continue;
      return `${path} in the workspace is not that of the commit of this run, ${shortSha(sha)}: an earlier step or a newer commit changed it`;
    }
    return null;
  }

  /** Says what differs between the commit that `reviewer` approved and the commit of the run; null if nothing does. */
  async changeSince(commit: string | null, reviewer: string): Promise<string | null> {
    if (commit === null || (await this.#tree(commit)) === null)
      return `the repository no longer has the commit that ${reviewer} approved`;
    for (const path of this.#allPaths) {
      const reviewed = await this.#blobAt(commit, path);
      const published = await this.#blobAt(this.#options.sha, path);
      if (reviewed === published) continue;
      const change = reviewed === null ? 'was added' : published === null ? 'was deleted' : 'was changed';
      return `${path} ${change} after the commit that ${reviewer} approved, ${shortSha(commit)}`;
    }
    return null;
  }

  /** Null if the path is not a regular file at this commit. @throws as `RepositoryReader.read` */
  async #blobAt(commit: string, path: string): Promise<string | null> {
    const names = path.split('/');
    const file = names.pop() ?? '';
    let tree = await this.#tree(commit);
    for (const name of names) {
      const folder = tree?.get(name);
      if (folder?.type !== 'tree') return null;
      tree = await this.#tree(folder.sha);
    }
    const entry = tree?.get(file);
    return entry?.type === 'blob' && FILE_MODES.includes(entry.mode) ? entry.sha : null;
  }

  /**
   * The entries of one folder, so that they are complete in a repository of any size. Null if the repository no longer has the
   * commit or the tree. @throws as `RepositoryReader.read`
   */
  async #tree(sha: string) {
    const { reader } = this.#options;
    return await reader.find({
      name: `tree ${sha}`,
      permission: 'contents: read',
      call: async ({ rest }, request) => {
        const { data } = await rest.git.getTree({ ...reader.repository, tree_sha: sha, request });
        if (data.truncated)
          throw new ActionError(
            'POST_UNAPPROVED',
            `a folder has more entries than GitHub lists (tree ${sha})`,
          );
        return new Map(data.tree.map((entry) => [entry.path, entry]));
      },
    });
  }
}

export function shortSha(commit: string): string {
  return commit.slice(0, 7);
}
