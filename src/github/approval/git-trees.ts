// Looks up which blob a path has at a commit. Reads one tree for each folder, so the result is complete in a repository of any
// size, and no checkout is needed.

import { ActionError } from '../../errors.ts';
import type { RepositoryReader } from './repository-reader.ts';

interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
}

type Tree = ReadonlyMap<string, TreeEntry>;

/** The modes of regular files. A link has another mode. */
const FILE_MODES = ['100644', '100755'];

export class GitTrees {
  readonly #github: RepositoryReader;
  readonly #trees = new Map<string, Promise<Tree | null>>();

  constructor(github: RepositoryReader) {
    this.#github = github;
  }

  /** Whether the repository still has the commit. @throws as `RepositoryReader.read` */
  async has(commit: string): Promise<boolean> {
    return (await this.#tree(commit)) !== null;
  }

  /** Null if the path is not a regular file at this commit. @throws as `RepositoryReader.read` */
  async blobAt(commit: string, path: string): Promise<string | null> {
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

  #tree(sha: string): Promise<Tree | null> {
    const tree = this.#trees.get(sha) ?? this.#read(sha);
    this.#trees.set(sha, tree);
    return tree;
  }

  async #read(sha: string): Promise<Tree | null> {
    const found = await this.#github.find({
      name: `tree ${sha}`,
      permission: 'contents: read',
      call: ({ rest }, request) => rest.git.getTree({ ...this.#github.repository, tree_sha: sha, request }),
    });
    if (found === null) return null;
    const { tree, truncated } = found.data;
    if (truncated)
      throw new ActionError('POST_UNAPPROVED', `a folder has more entries than GitHub lists (tree ${sha})`);
    return new Map(tree.map((entry) => [entry.path, entry]));
  }
}
