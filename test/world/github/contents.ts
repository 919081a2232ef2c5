// GitHub's calls for contents, commits and git objects. A write of contents is a compare-and-swap.

import { headerOf } from '../../../src/sandbox/messages.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';
import { json, page, type RouteCall, refusal } from './answers.ts';
import type { GitHubApi } from './api.ts';
import type { TreeEntry } from './git-repository.ts';

const MIB = 1024 * 1024;

export function addContents(hub: GitHubApi): void {
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
    const sha = hub.resolve(name);
    return sha === null ? refusal(404, 'Not Found') : json(200, refJson(`refs/${name}`, sha));
  });
  hub.addRoute('GET /git/blobs/:sha', 'contents', ({ request, groups: [sha = ''] }) => {
    const bytes = git.blob(sha);
    if (bytes === undefined) return refusal(404, 'Not Found');
    if (headerOf(request, 'accept')?.includes('raw')) return raw(bytes);
    const content = inLines(bytes.toString('base64'));
    return json(200, { sha, size: bytes.length, encoding: 'base64', content });
  });
  hub.addRoute('GET /git/trees/:sha', 'contents', ({ groups: [sha = ''], query }) => {
    // GitHub lists a whole tree for any value of the query.
    const files = query.has('recursive') ? git.filesIn(sha) : undefined;
    const tree = files ? [...files].map(([path, entry]) => ({ path, ...entry })) : git.treeAt(sha);
    return tree === undefined
      ? refusal(404, 'Not Found')
      : json(200, { sha, tree, truncated: hub.isTruncating });
  });
  hub.addRoute('GET /git/commits/:sha', 'contents', ({ groups: [sha = ''] }) => {
    const commit = git.commitAt(sha);
    return commit === undefined ? refusal(404, 'Not Found') : json(200, { sha, message: commit.message });
  });
  hub.addRoute('POST /git/blobs', 'contents', ({ body: { content, encoding = 'utf-8', ...rest } }) => {
    if (typeof content !== 'string' || hasKeys(rest)) return invalid(hub, 'blob');
    const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
    return json(201, { sha: git.storeBlob(bytes) });
  });
  hub.addRoute('POST /git/trees', 'contents', ({ body: { tree } }) => {
    const entries: TreeEntry[] = Array.isArray(tree) ? tree : [];
    const isValid = entries.every(
      ({ mode, type, sha }) => mode === '100644' && type === 'blob' && git.blob(sha) !== undefined,
    );
    return isValid && entries.length > 0 ? json(201, { sha: git.storeTree(entries) }) : invalid(hub, 'tree');
  });
  hub.addRoute('POST /git/commits', 'contents', ({ body: { message, tree, parents = [] } }) => {
    const files = git.filesIn(String(tree));
    if (typeof message !== 'string' || files === undefined || !Array.isArray(parents))
      return invalid(hub, 'commit');
    return json(201, { sha: git.storeCommit({ message, parents, files }) });
  });
  hub.addRoute('POST /git/refs', 'contents', (call) => createRef(hub, call));
}

function readContents(hub: GitHubApi, { request, groups: [path = ''], query }: RouteCall): Answer {
  const commit = hub.git.commitAt(hub.resolve(query.get('ref') ?? 'main') ?? '');
  if (commit === undefined) return refusal(404, `No commit found for the ref ${query.get('ref')}`);
  if ([...commit.files.keys()].some((file) => file.startsWith(`${path}/`)))
    return json(200, { type: 'dir', path, entries: [] });
  const sha = commit.files.get(path)?.sha ?? '';
  const bytes = hub.git.blob(sha);
  if (bytes === undefined) return refusal(404, 'Not Found');
  const accept = headerOf(request, 'accept') ?? '';
  if (accept.includes('raw')) return raw(bytes);
  const isLarge = bytes.length > MIB;
  if (isLarge && !accept.includes('object'))
    return refusal(403, 'This API returns blobs up to 1 MB in size.');
  const content = isLarge
    ? { encoding: 'none', content: '' }
    : { encoding: 'base64', content: inLines(bytes.toString('base64')) };
  return json(200, { type: 'file', name: path.split('/').at(-1), path, sha, size: bytes.length, ...content });
}

function listCommits(hub: GitHubApi, call: RouteCall): Answer {
  const { query } = call;
  const head = hub.resolve(query.get('sha') ?? 'main');
  if (head === null) return refusal(404, `No commit found for the ref ${query.get('sha')}`);
  const commits = hub.git.historyOf(query.get('path') ?? '', head).map((sha) => {
    return { sha, commit: { message: hub.git.commitAt(sha)?.message } };
  });
  return page(commits, call);
}

function writeContents(hub: GitHubApi, { groups: [path = ''], body }: RouteCall): Answer {
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
  if (options.forbids?.includes('update'))
    return options.isTerse
      ? refusal(409, 'Could not update file: Changes must be made through a pull request.')
      : refusal(409, 'Repository rule violations found\n\nCannot update this protected ref.\n\n');
  const current = commit.files.get(path)?.sha;
  if (current !== undefined && sha === undefined)
    return refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (current !== sha) return refusal(409, `${path} does not match ${sha}`);
  const blob = git.storeBlob(Buffer.from(content, 'base64'));
  const files = new Map(commit.files).set(path, { mode: '100644', type: 'blob', sha: blob });
  const next = git.storeCommit({ message, parents: [head], files });
  git.branches.set(branch, next);
  hub.noteBranch(branch);
  return json(current === undefined ? 201 : 200, { content: { path, sha: blob }, commit: { sha: next } });
}

function createRef(hub: GitHubApi, { body: { ref, sha, ...rest } }: RouteCall): Answer {
  const { git, options } = hub;
  const [, branch] = /^refs\/heads\/(.+)$/.exec(String(ref)) ?? [];
  if (branch === undefined || !git.has(String(sha)) || hasKeys(rest)) return invalid(hub, 'ref');
  if (git.branches.has(branch)) return refusal(422, 'Reference already exists');
  if (options.forbids?.includes('creation'))
    return options.isTerse
      ? refusal(422, 'Reference update failed')
      : refusal(
          422,
          'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n',
        );
  git.branches.set(branch, String(sha));
  hub.noteBranch(branch);
  return json(201, refJson(String(ref), String(sha)));
}

/** A client that sends this is wrong. */
function invalid(hub: GitHubApi, what: string): Answer {
  hub.breaches.push(`the ${what} is not valid`);
  return refusal(422, 'Invalid request.');
}

function hasKeys(rest: object): boolean {
  return Object.keys(rest).length > 0;
}

function refJson(ref: string, sha: string): object {
  return { ref, object: { type: 'commit', sha } };
}

/** GitHub breaks base64 into lines. */
function inLines(base64: string): string {
  return base64.replaceAll(/.{60}/g, '$&\n');
}

function raw(bytes: Buffer): Answer {
  return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json' }, body: bytes };
}
