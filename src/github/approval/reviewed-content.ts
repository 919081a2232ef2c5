// What a review of a post covers, and its content at three places: the commit that was reviewed, the commit of the run, and the
// workspace.

import { join } from 'node:path';
import { ActionError } from '../../errors.ts';
import { fileIndex } from '../../media/find/workspace.ts';
import { altTextFileOf } from '../../media/inspect-media.ts';
import { sidecarPathsOf } from '../../media/sidecars.ts';
import { mediaFilesOf, type WrittenPost } from '../../post/file/post.ts';
import { possibleBlobs } from '../git-blob.ts';
import type { RepositoryReader } from './repository-reader.ts';

/** What a review of a post covers. */
export interface ReviewedPost {
  /** The post file; null for a post from inputs. */
  readonly file: string | null;
  /** All files of the workspace that the post consists of, with its post file, relative to the workspace. */
  readonly paths: readonly string[];
  readonly hasReleaseMedia: boolean;
}

export function toReviewedPost({ file, media, linkImage }: WrittenPost): ReviewedPost {
  const files = mediaFilesOf({ media, linkImage });
  const sidecars = files.flatMap((one) => Object.values(one.sidecars ?? {}).map(({ path }) => path));
  const altFiles = media.flatMap(({ altFile }) => altFile ?? []);
  const all = [...files.map(({ path }) => path), ...altFiles, ...sidecars];
  const inWorkspace = all.filter((path) => !path.startsWith('release:'));
  return {
    file,
    paths: [...(file === null ? [] : [file]), ...inWorkspace],
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
  readonly #options: ContentOptions;

  /** `paths`: all files that are published. Their captions, thumbnails and alternative texts are added. */
  constructor(paths: readonly string[], options: ContentOptions) {
    this.#paths = [...new Set(paths)];
    this.#options = options;
  }

  /** What differs between the commit of the run and the files that are about to be published; null if nothing does. */
  async changeInWorkspace(): Promise<string | null> {
    const { sha, workspace } = this.#options;
    const isThere = fileIndex(() => true);
    for (const path of this.#paths)
      if ((await this.#blobAt(sha, path)) === null)
        return `the commit of this run, ${shortSha(sha)}, does not contain ${path} as a file`;
    for (const path of withSidecars(this.#paths)) {
      const committed = await this.#blobAt(sha, path);
      // On a disk that ignores letter case, `clip.SRT` would find the committed `clip.srt`.
      if (committed === null && !(await isThere(join(workspace, path)).catch(() => true))) continue;
      const present = await possibleBlobs(workspace, path);
      if (committed === null ? present.size === 0 : present.has(committed)) continue;
      return `${path} in the workspace is not that of the commit of this run, ${shortSha(sha)}: an earlier step or a newer commit changed it`;
    }
    return null;
  }

  /** What differs between the commit that `reviewer` approved and the commit of the run; null if nothing does. */
  async changeSince(commit: string | null, reviewer: string): Promise<string | null> {
    if (commit === null || (await this.#tree(commit)) === null)
      return `the repository no longer has the commit that ${reviewer} approved`;
    for (const path of withSidecars(this.#paths)) {
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

/** Adds the files that are published with these if they exist: alternative texts, captions and thumbnails. */
function withSidecars(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => [path, altTextFileOf(path), ...sidecarPathsOf(path)]))];
}

export function shortSha(commit: string): string {
  return commit.slice(0, 7);
}
