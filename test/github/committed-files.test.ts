// Where readers of a preview can load the files of a workspace: only at a commit that holds them with the same bytes.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCommittedFiles } from '../../src/github/committed-files.ts';
import { TestClock } from '../support/clock.ts';
import type { GitHubOptions } from '../world/github/api.ts';
import { ApprovalFixture } from './approval/approval-fixture.ts';

const RUN = { clock: new TestClock(), signal: new AbortController().signal };

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]);
const OTHER = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 3, 4]);

interface Setup {
  /** The files of main, at GITHUB_SHA. */
  readonly main: Readonly<Record<string, string | Buffer>>;
  /** The files of the head of the pull request, if the event is one. */
  readonly head?: Readonly<Record<string, string | Buffer>>;
  readonly workspace: Readonly<Record<string, string | Buffer>>;
  readonly options?: GitHubOptions;
  readonly isTruncating?: boolean;
}

async function lookUp({ main, head, workspace, options = {}, isTruncating = false }: Setup) {
  const fixture = new ApprovalFixture(options);
  const { hub } = fixture;
  hub.push(main);
  const sha = hub.git.branches.get('main') ?? '';
  const event = join(fixture.workspace, 'event.json');
  let headSha = '';
  if (head !== undefined) {
    hub.git.commit('launch', head);
    headSha = hub.git.branches.get('launch') ?? '';
    await writeFile(event, JSON.stringify({ pull_request: { head: { sha: headSha } } }));
  }
  hub.isTruncating = isTruncating;
  await fixture.write(workspace);
  const found = await findCommittedFiles(Object.keys(workspace), {
    ...RUN,
    github: fixture.client,
    workspace: fixture.workspace,
    env: {
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'octocat/media',
      GITHUB_SHA: sha,
      ...(head !== undefined && { GITHUB_EVENT_PATH: event }),
    },
  });
  const urls = Object.fromEntries(found);
  return JSON.parse(
    JSON.stringify(urls)
      .replaceAll(sha, 'SHA')
      .replaceAll(headSha || sha, 'HEAD'),
  );
}

const at = (commit: string, path = 'media/a.png') =>
  `https://github.example/octocat/media/blob/${commit}/${path}`;

describe('findCommittedFiles', () => {
  it('a file is at the commit of the run if that holds its bytes', async () => {
    const files = { 'media/a.png': PNG };
    expect(await lookUp({ main: files, workspace: files })).toEqual({ 'media/a.png': at('SHA') });
  });

  it('a file of a pull request is at its head, which outlives the merge commit', async () => {
    const files = { 'media/a.png': PNG };
    const found = await lookUp({ main: files, head: files, workspace: files });
    expect(found).toEqual({ 'media/a.png': at('HEAD') });
  });

  it('a file that only the merge commit has with these bytes is there', async () => {
    const found = await lookUp({
      main: { 'media/a.png': PNG },
      head: { 'media/a.png': OTHER },
      workspace: { 'media/a.png': PNG },
    });
    expect(found).toEqual({ 'media/a.png': at('SHA') });
  });

  it('a file with other bytes, or that is not committed, is nowhere', async () => {
    const found = await lookUp({
      main: { 'media/a.png': PNG },
      workspace: { 'media/a.png': OTHER, 'media/new.png': PNG },
    });
    expect(found).toEqual({});
  });

  it('a file of Git LFS is found by its pointer', async () => {
    const oid = createHash('sha256').update(PNG).digest('hex');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${PNG.length}\n`;
    const found = await lookUp({ main: { 'media/a.png': pointer }, workspace: { 'media/a.png': PNG } });
    expect(found).toEqual({ 'media/a.png': at('SHA') });
  });

  it('a tree that GitHub lists in part tells nothing', async () => {
    const files = { 'media/a.png': PNG };
    expect(await lookUp({ main: files, workspace: files, isTruncating: true })).toEqual({});
  });

  it('without permission, no file is found, and nothing fails', async () => {
    const files = { 'media/a.png': PNG };
    const options = { permissions: { contents: 'none' as const } };
    expect(await lookUp({ main: files, workspace: files, options })).toEqual({});
  });

  it('no name becomes another part of the URL, markup or Markdown', async () => {
    const name = `media/a?raw=x&y#z "q'<b>(_*~!%41.png`;
    const found = await lookUp({ main: { [name]: PNG }, workspace: { [name]: PNG } });
    const path = new URL(found[name]).pathname.split('/blob/SHA/')[1] ?? '';
    expect(decodeURIComponent(path)).toBe(name);
    expect(path).toMatch(/^[\w%./-]+$/);
    expect(path.replaceAll(/%[\dA-F]{2}/g, '')).not.toContain('_');
  });

  it('without a server, no file is found', async () => {
    const { client: github } = new ApprovalFixture();
    const env = { GITHUB_REPOSITORY: 'octocat/media' };
    expect(await findCommittedFiles(['media/a.png'], { ...RUN, github, workspace: '/', env })).toEqual(
      new Map(),
    );
  });
});
