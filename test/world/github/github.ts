// GitHub as the memory meets it: contents, commits and git objects. A write of contents is a compare-and-swap.

import { headerOf } from '../../../src/sandbox/messages.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';
import { json, page, type RouteCall, refusal } from './answers.ts';
import { GitHubApi, type GitHubOptions } from './api.ts';
import type { TreeEntry } from './git-repository.ts';

export class GitHub extends GitHubApi {
  constructor(options: GitHubOptions = {}) {
    super(options);
    addContents(this);
  }
}

function addContents(hub: GitHub): void {
  const { git } = hub;
  hub.addRoute('GET /contents/*', 'contents', (call) => readContents(hub, call));
  hub.addRoute('PUT /contents/*', 'contents', (call) => writeContents(hub, call));
  hub.addRoute('GET /commits', 'contents', (call) => listCommits(hub, call));
  hub.addRoute('GET /git/matching-refs/*', 'contents', ({ groups: [prefix = ''] }) => {
    const names = hub.branchNames.filter((branch) => `heads/${branch}`.startsWith(prefix));
    const heads = names.map((branch) => [branch, hub.headOf(branch)] as const);
    const refs = heads.flatMap(([branch, sha]) =>
      sha === null ? [] : [refJson(`refs/heads/${branch}`, sha)],
    );
    return json(200, refs);
  });
  hub.addRoute('GET /git/ref/*', 'contents', ({ groups: [name = ''] }) => {
    const sha = name.startsWith('heads/') ? hub.headOf(name.slice('heads/'.length)) : null;
    return sha === null ? refusal(404, 'Not Found') : json(200, refJson(`refs/${name}`, sha));
  });
  hub.addRoute('GET /git/trees/:sha', 'contents', ({ groups: [sha = ''], query }) => {
    // GitHub lists a whole tree for any value of the query.
    const files = query.has('recursive') ? git.filesIn(sha) : undefined;
    const tree = files ? [...files].map(([path, entry]) => ({ path, ...entry })) : git.treeAt(sha);
    return tree === undefined
      ? refusal(404, 'Not Found')
      : json(200, { sha, tree, truncated: false });
  });
  hub.addRoute(
    'POST /git/blobs',
    'contents',
    ({ body: { content, encoding = 'utf-8', ...rest } }) => {
      if (typeof content !== 'string' || hasKeys(rest)) return invalid(hub, 'blob');
      const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
      return json(201, { sha: git.storeBlob(bytes) });
    },
  );
  hub.addRoute('POST /git/trees', 'contents', ({ body: { tree } }) => {
    const given: (Omit<TreeEntry, 'sha'> & { content?: unknown })[] = Array.isArray(tree)
      ? tree
      : [];
    const isValid = given.every(
      ({ mode, type, content }) =>
        mode === '100644' && type === 'blob' && typeof content === 'string',
    );
    const entries = given.map(({ content, ...entry }) => {
      return { ...entry, sha: git.storeBlob(Buffer.from(String(content))) };
    });
    return isValid && entries.length > 0
      ? json(201, { sha: git.storeTree(entries) })
      : invalid(hub, 'tree');
  });
  hub.addRoute('POST /git/commits', 'contents', ({ body: { message, tree, parents = [] } }) => {
    const files = git.filesIn(String(tree));
    if (typeof message !== 'string' || files === undefined || !Array.isArray(parents))
      return invalid(hub, 'commit');
    return json(201, { sha: git.storeCommit({ message, parents, files }) });
  });
  hub.addRoute('POST /git/refs', 'contents', (call) => createRef(hub, call));
}

function readContents(hub: GitHub, { request, groups: [path = ''], query }: RouteCall): Answer {
  const commit = hub.git.commitAt(hub.resolve(query.get('ref') ?? 'main') ?? '');
  if (commit === undefined) return refusal(404, `No commit found for the ref ${query.get('ref')}`);
  if ([...commit.files.keys()].some((file) => file.startsWith(`${path}/`)))
    return json(200, [{ type: 'file', path: `${path}/x` }]);
  const sha = commit.files.get(path)?.sha ?? '';
  const bytes = hub.git.blob(sha);
  if (bytes === undefined) return refusal(404, 'Not Found');
  // Other types have no contents of more than 1 MiB.
  if (!headerOf(request, 'accept')?.includes('raw')) return invalid(hub, 'media type of contents');
  return {
    status: 200,
    headers: { 'content-type': 'application/vnd.github.raw+json' },
    body: bytes,
  };
}

function listCommits(hub: GitHub, call: RouteCall): Answer {
  const { query } = call;
  const head = hub.resolve(query.get('sha') ?? 'main');
  if (head === null) return refusal(404, `No commit found for the ref ${query.get('sha')}`);
  const commits = hub.git.historyOf(query.get('path') ?? '', head).map((sha) => {
    return { sha, commit: { message: hub.git.commitAt(sha)?.message } };
  });
  return page(commits, call);
}

function writeContents(hub: GitHub, { groups: [path = ''], body }: RouteCall): Answer {
  const { message, content, branch = 'main', sha, ...rest } = body;
  if (
    typeof message !== 'string' ||
    typeof content !== 'string' ||
    typeof branch !== 'string' ||
    hasKeys(rest)
  )
    return invalid(hub, 'contents');
  const { git, options } = hub;
  const head = git.branches.get(branch);
  const commit = git.commitAt(head ?? '');
  if (head === undefined || commit === undefined) return refusal(404, `Branch ${branch} not found`);
  if (options.forbids?.includes('update')) {
    const rule = 'Repository rule violations found\n\nCannot update this protected ref.\n\n';
    const protection = 'Could not update file: Changes must be made through a pull request.';
    return refusal(409, options.isTerse ? protection : rule);
  }
  const current = commit.files.get(path)?.sha;
  if (current !== undefined && sha === undefined)
    return refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (current !== sha) return refusal(409, `${path} does not match ${sha}`);
  const blob = git.storeBlob(Buffer.from(content, 'base64'));
  const files = new Map(commit.files).set(path, { mode: '100644', type: 'blob', sha: blob });
  const next = git.storeCommit({ message, parents: [head], files });
  git.branches.set(branch, next);
  hub.noteBranch(branch);
  return json(current === undefined ? 201 : 200, {
    content: { path, sha: blob },
    commit: { sha: next },
  });
}

function createRef(hub: GitHub, { body: { ref, sha, ...rest } }: RouteCall): Answer {
  const { git, options } = hub;
  const [, branch] = /^refs\/heads\/(.+)$/.exec(String(ref)) ?? [];
  if (branch === undefined || git.commitAt(String(sha)) === undefined || hasKeys(rest))
    return invalid(hub, 'ref');
  if (git.branches.has(branch)) return refusal(422, 'Reference already exists');
  if (options.forbids?.includes('creation')) {
    const rule =
      'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n';
    return refusal(422, options.isTerse ? 'Reference update failed' : rule);
  }
  git.branches.set(branch, String(sha));
  hub.noteBranch(branch);
  return json(201, refJson(String(ref), String(sha)));
}

/** A client that sends this is wrong. */
function invalid(hub: GitHub, what: string): Answer {
  hub.breaches.push(`the ${what} is not valid`);
  return refusal(422, 'Invalid request.');
}

function hasKeys(rest: object): boolean {
  return Object.keys(rest).length > 0;
}

function refJson(ref: string, sha: string): object {
  return { ref, object: { type: 'commit', sha } };
}
