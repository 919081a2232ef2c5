// A git repository in memory: blobs, trees, commits and branches with the ids of git, and the history of a path as
// `git log -- path` simplifies it.

import { createHash } from 'node:crypto';

/** The content of a file, or of a link to another one. */
export type FileContent = string | Buffer | { readonly linkTo: string };

export interface TreeEntry {
  readonly path: string;
  readonly mode: '100644' | '120000' | '040000';
  readonly type: 'blob' | 'tree';
  readonly sha: string;
}

export interface Commit {
  readonly message: string;
  readonly parents: readonly string[];
  readonly files: Files;
}

type Entry = Omit<TreeEntry, 'path'>;
type Files = ReadonlyMap<string, Entry>;
/** Null: there is no such file any more. */
type Change = readonly [path: string, entry: Entry | null];

export class GitRepository {
  readonly branches = new Map<string, string>();
  readonly tags = new Map<string, string>();
  readonly #blobs = new Map<string, Buffer>();
  readonly #commits = new Map<string, Commit>();
  readonly #trees = new Map<string, readonly TreeEntry[]>();

  /** Commits to a branch, and starts it from main if it is missing. Null deletes a file. */
  commit(
    branch: string,
    changes: Readonly<Record<string, FileContent | null>>,
    message = 'Change',
  ): string {
    const head = this.branches.get(branch) ?? this.branches.get('main');
    const before = head === undefined ? new Map() : this.#filesOf(head);
    const files = changed(before, this.#storeContents(changes));
    return this.#store(branch, head === undefined ? [] : [head], files, message);
  }

  /** A new branch without history. */
  start(branch: string, files: Readonly<Record<string, FileContent>>, message: string): void {
    this.#store(branch, [], changed(new Map(), this.#storeContents(files)), message);
  }

  /** Merges with the files of `result`, or else with those that changed on the branch. */
  merge(into: string, from: string, result: Readonly<Record<string, FileContent>> = {}): string {
    const [ours, theirs] = [this.head(into), this.head(from)];
    const changes = [...this.#changesOn(theirs, ours), ...this.#storeContents(result)];
    return this.#store(
      into,
      [ours, theirs],
      changed(this.#filesOf(ours), changes),
      `Merge ${from}`,
    );
  }

  squash(into: string, from: string): string {
    const ours = this.head(into);
    const files = changed(this.#filesOf(ours), this.#changesOn(this.head(from), ours));
    return this.#store(into, [ours], files, `Squash ${from}`);
  }

  /** Repeats the commits of a branch on another one. Returns the new commits. */
  rebase(into: string, from: string): string[] {
    return this.commitsOf(this.head(from), this.head(into))
      .reverse()
      .map((sha) => {
        const ours = this.head(into);
        const [parent = ''] = this.#commitAt(sha).parents;
        const changes = differences(this.#filesOf(parent), this.#filesOf(sha));
        return this.#store(into, [ours], changed(this.#filesOf(ours), changes), `Rebase ${sha}`);
      });
  }

  head(branch: string): string {
    const sha = this.branches.get(branch);
    if (sha === undefined) throw new Error(`no branch ${branch}`);
    return sha;
  }

  /** As if it was removed after a force push. */
  forget(commit: string): void {
    this.#trees.delete(commit);
    this.#commits.delete(commit);
  }

  /** A commit and all before it, newest first. */
  ancestors(head: string): Set<string> {
    const seen = new Set<string>([head]);
    for (const sha of seen)
      for (const parent of this.#commits.get(sha)?.parents ?? []) seen.add(parent);
    return seen;
  }

  /** The commits of `head` that `base` lacks, newest first. */
  commitsOf(head: string, base: string): string[] {
    const known = this.ancestors(base);
    return [...this.ancestors(head)].filter((sha) => !known.has(sha));
  }

  /** The entries of a tree, or of the root tree of a commit. */
  treeAt(sha: string): readonly TreeEntry[] | undefined {
    return this.#trees.get(sha);
  }

  /** The commits that changed a path, newest first. A merge that equals one of its parents is left out, as is its other side. */
  historyOf(path: string, from: string): string[] {
    const history: string[] = [];
    for (let sha: string | undefined = from; sha !== undefined; ) {
      const { parents, files }: Commit = this.#commitAt(sha);
      const blob = files.get(path)?.sha;
      const same = parents.find((parent) => this.#filesOf(parent).get(path)?.sha === blob);
      if (same === undefined && (parents.length > 0 || blob !== undefined)) history.push(sha);
      sha = same ?? parents[0];
    }
    return history;
  }

  /** A tag of a commit that is on no branch. */
  tag(name: string, files: Readonly<Record<string, FileContent>>): void {
    const stored = changed(new Map(), this.#storeContents(files));
    this.tags.set(name, this.storeCommit({ message: 'Tag', parents: [], files: stored }));
  }

  /** The bytes of a blob. */
  blob(sha: string): Buffer | undefined {
    return this.#blobs.get(sha);
  }

  storeBlob(bytes: Buffer): string {
    const sha = hash('blob', bytes);
    this.#blobs.set(sha, bytes);
    return sha;
  }

  /** Stores entries of a whole tree, whose paths may have folders. */
  storeTree(files: readonly TreeEntry[]): string {
    const folders = Map.groupBy(files, ({ path }) =>
      path.includes('/') ? path.split('/', 1)[0] : '',
    );
    const entries = [...folders].flatMap(([folder = '', inside]): TreeEntry[] => {
      if (folder === '') return inside;
      const below = inside.map((entry) => ({
        ...entry,
        path: entry.path.slice(folder.length + 1),
      }));
      return [{ path: folder, mode: '040000', type: 'tree', sha: this.storeTree(below) }];
    });
    const sorted = entries.sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
    const sha = hash('tree', Buffer.concat(sorted.map(treeLine)));
    this.#trees.set(sha, sorted);
    return sha;
  }

  storeCommit({ message, parents, files }: Commit): string {
    const tree = this.storeTree([...files].map(([path, entry]) => ({ path, ...entry })));
    const parentLines = parents.map((parent) => `parent ${parent}\n`).join('');
    // The number stands for the time: two commits with the same change differ.
    const text = `tree ${tree}\n${parentLines}author octocat ${this.#commits.size}\n\n${message}\n`;
    const sha = hash('commit', Buffer.from(text));
    this.#commits.set(sha, { message, parents, files });
    this.#trees.set(sha, this.#trees.get(tree) ?? []);
    return sha;
  }

  /** The files below a tree; undefined if there is no such tree. */
  filesIn(tree: string): Files | undefined {
    const entries = this.#trees.get(tree);
    if (entries === undefined) return undefined;
    const files = new Map<string, Entry>();
    for (const { path, ...entry } of entries) {
      if (entry.type === 'blob') files.set(path, entry);
      else
        for (const [below, one] of this.filesIn(entry.sha) ?? [])
          files.set(`${path}/${below}`, one);
    }
    return files;
  }

  commitAt(sha: string): Commit | undefined {
    return this.#commits.get(sha);
  }

  #store(branch: string, parents: readonly string[], files: Files, message: string): string {
    const sha = this.storeCommit({ message, parents, files });
    this.branches.set(branch, sha);
    return sha;
  }

  #storeContents(contents: Readonly<Record<string, FileContent | null>>): Change[] {
    return Object.entries(contents).map(([path, content]) => {
      if (content === null) return [path, null];
      const isLink = !Buffer.isBuffer(content) && typeof content === 'object';
      const bytes = Buffer.from(isLink ? content.linkTo : (content as string));
      return [
        path,
        { mode: isLink ? '120000' : '100644', type: 'blob', sha: this.storeBlob(bytes) },
      ];
    });
  }

  #changesOn(head: string, base: string): Change[] {
    const known = this.ancestors(base);
    const start = [...this.ancestors(head)].find((sha) => known.has(sha));
    return differences(start === undefined ? new Map() : this.#filesOf(start), this.#filesOf(head));
  }

  #filesOf(sha: string): Files {
    return this.#commitAt(sha).files;
  }

  #commitAt(sha: string): Commit {
    const commit = this.#commits.get(sha);
    if (commit === undefined) throw new Error(`no commit ${sha}`);
    return commit;
  }
}

function changed(before: Files, changes: readonly Change[]): Files {
  const files = new Map(before);
  for (const [path, entry] of changes) {
    if (entry === null) files.delete(path);
    else files.set(path, entry);
  }
  return files;
}

function differences(before: Files, after: Files): Change[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths]
    .filter((path) => before.get(path)?.sha !== after.get(path)?.sha)
    .map((path) => [path, after.get(path) ?? null]);
}

/** git sorts a folder as if its name ended with a slash. */
function sortKey({ path, type }: TreeEntry): Buffer {
  return Buffer.from(type === 'tree' ? `${path}/` : path);
}

function treeLine({ path, mode, sha }: TreeEntry): Buffer {
  return Buffer.concat([Buffer.from(`${Number(mode)} ${path}\0`), Buffer.from(sha, 'hex')]);
}

function hash(type: 'blob' | 'tree' | 'commit', content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}
