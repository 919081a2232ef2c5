// Compares the content of a post at three places: the commit that was reviewed, the commit of the run, and the workspace.

import { altTextFileOf } from '../../media/alt-text.ts';
import { sidecarPathsOf } from '../../media/sidecars.ts';
import { GitTrees } from './git-trees.ts';
import { type Review, reviewerName } from './latest-reviews.ts';
import type { RepositoryReader } from './repository-reader.ts';
import { possibleBlobs } from './workspace-blobs.ts';

interface ContentOptions {
  readonly github: RepositoryReader;
  /** The commit of the run. */
  readonly sha: string;
  readonly workspace: string;
}

export class ReviewedContent {
  readonly #paths: readonly string[];
  readonly #options: ContentOptions;
  readonly #trees: GitTrees;

  /** `paths`: all files that are published. Their captions, thumbnails and alternative texts are added. */
  constructor(paths: readonly string[], options: ContentOptions) {
    this.#paths = [...new Set(paths)];
    this.#options = options;
    this.#trees = new GitTrees(options.github);
  }

  /** What differs between the commit of the run and the files that are about to be published; null if nothing does. */
  async changeInWorkspace(): Promise<string | null> {
    const { sha, workspace } = this.#options;
    for (const path of this.#paths)
      if ((await this.#trees.blobAt(sha, path)) === null)
        return `the commit of this run, ${shortSha(sha)}, does not contain ${path} as a file`;
    for (const path of withSidecars(this.#paths)) {
      const committed = await this.#trees.blobAt(sha, path);
      const present = await possibleBlobs(workspace, path);
      if (committed === null ? present.size === 0 : present.has(committed)) continue;
      return `${path} in the workspace is not that of the commit of this run, ${shortSha(sha)}: an earlier step or a newer commit changed it`;
    }
    return null;
  }

  /** What differs between the reviewed commit and the commit of the run; null if nothing does. */
  async changeSince({ user, commit }: Review): Promise<string | null> {
    const name = reviewerName({ user });
    if (commit === null || !(await this.#trees.has(commit)))
      return `the repository no longer has the commit that ${name} approved`;
    for (const path of withSidecars(this.#paths)) {
      const reviewed = await this.#trees.blobAt(commit, path);
      const published = await this.#trees.blobAt(this.#options.sha, path);
      if (reviewed === published) continue;
      const change = reviewed === null ? 'was added' : published === null ? 'was deleted' : 'was changed';
      return `${path} ${change} after the commit that ${name} approved, ${shortSha(commit)}`;
    }
    return null;
  }
}

/** Adds the files that are published with these if they exist: alternative texts, captions and thumbnails. */
function withSidecars(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => [path, altTextFileOf(path), ...sidecarPathsOf(path)]))];
}

export function shortSha(commit: string): string {
  return commit.slice(0, 7);
}
