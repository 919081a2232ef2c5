// A repository with a post, its pull request, and a workspace with the files of main, on a strict GitHub on loopback.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Agent, type Dispatcher } from 'undici';
import { expect, onTestFinished } from 'vitest';
import type { ActionError } from '../../../src/errors.ts';
import { checkApproval } from '../../../src/github/approval/approvals.ts';
import { RepositoryReader } from '../../../src/github/approval/repository-reader.ts';
import type { ReviewedPost } from '../../../src/github/approval/review-approval.ts';
import { GitHubClient } from '../../../src/github/github-client.ts';
import { STALL_MS } from '../../../src/http/idle-timeout.ts';
import { Secret } from '../../../src/secret.ts';
import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import { TestClock } from '../../support/clock.ts';
import type { GitHubOptions } from '../../world/github/api.ts';
import { GitHubReviews } from '../../world/github/reviews.ts';

export const POST = 'posts/launch.md';
export const PICTURE = 'media/hero.png';
export const FILES: Readonly<Record<string, string | Buffer>> = {
  [POST]: '---\nmedia: [media/hero.png, media/clip.mp4]\n---\nVersion 2 is out.\n',
  [PICTURE]: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]),
  'media/hero.alt.txt': 'The new dashboard\n',
  'media/clip.mp4': Buffer.from([0, 0, 0, 24, 1]),
  'media/clip.srt': '1\n00:00:00,000 --> 00:00:01,000\nHello\n',
};

/** The waits of retries take no time, and no request times out. */
class InstantClock extends TestClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return ms < STALL_MS ? Promise.resolve() : super.sleep(ms, signal);
  }
}

/** With alice, bob and carol, who may write, a stranger and a bot. */
export function hubWithAccounts(options: GitHubOptions = {}): GitHubReviews {
  const hub = new GitHubReviews(options);
  hub.accounts.set('alice', { type: 'User', access: 'write' });
  hub.accounts.set('bob', { type: 'User', access: 'write' });
  hub.accounts.set('carol', { type: 'User', access: 'admin' });
  hub.accounts.set('mallory', { type: 'User', access: 'none' });
  hub.accounts.set('renovate[bot]', { type: 'Bot', access: 'write' });
  return hub;
}

interface Connection {
  readonly apiUrl: string;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

export function readerOf(connection: Connection): RepositoryReader {
  return new RepositoryReader(clientOf(connection));
}

function clientOf({ apiUrl, dispatcher, signal }: Connection): GitHubClient {
  const token = new Secret(FAKE_GITHUB_TOKEN);
  const clock = new InstantClock();
  const repository = { owner: 'octocat', repo: 'media' };
  const options = { apiUrl: new URL(apiUrl), repository, token, clock, dispatcher, signal };
  return new GitHubClient(options);
}

export class ApprovalFixture {
  readonly hub: GitHubReviews;
  readonly client: GitHubClient;
  readonly github: RepositoryReader;
  readonly workspace: string;
  readonly cancel = new AbortController();

  private constructor(hub: GitHubReviews, workspace: string, apiUrl: string) {
    this.hub = hub;
    this.workspace = workspace;
    const dispatcher = new Agent();
    onTestFinished(() => dispatcher.destroy());
    this.client = clientOf({ apiUrl, dispatcher, signal: this.cancel.signal });
    this.github = new RepositoryReader(this.client);
  }

  static async start(options: GitHubOptions = {}): Promise<ApprovalFixture> {
    const hub = hubWithAccounts(options);
    const server = await hub.listen();
    const workspace = await mkdtemp(join(tmpdir(), 'approval-'));
    onTestFinished(async () => {
      await server.close();
      expect(hub.breaches).toEqual([]);
    });
    return new ApprovalFixture(hub, workspace, server.apiUrl);
  }

  /** A pull request of alice with the post. */
  static async propose(options: GitHubOptions = {}): Promise<ApprovalFixture> {
    const fixture = await ApprovalFixture.start(options);
    fixture.hub.git.commit('launch', FILES, 'Add the post');
    fixture.hub.open('launch', 'alice');
    return fixture;
  }

  /** A merged pull request of alice with the post, approved by bob. */
  static async approved(options: GitHubOptions = {}): Promise<ApprovalFixture> {
    const fixture = await ApprovalFixture.propose(options);
    fixture.hub.review(1, 'bob', 'APPROVED');
    fixture.hub.merge(1);
    await fixture.write(FILES);
    return fixture;
  }

  /** Merges the pull request of the post, and checks its files out. */
  async merge(how?: 'merge' | 'squash' | 'rebase'): Promise<void> {
    this.hub.merge(1, how);
    await this.write(FILES);
  }

  /** Writes to the workspace. Null deletes a file. */
  async write(files: Readonly<Record<string, string | Buffer | null>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.workspace, path);
      await mkdir(dirname(file), { recursive: true });
      if (content === null) await rm(file);
      else await writeFile(file, content);
    }
  }

  checkReview(
    post: Partial<ReviewedPost> = {},
    sha = this.hub.git.head('main'),
    ref = 'refs/heads/main',
  ): Promise<ActionError | null> {
    const { github, workspace } = this;
    const paths = [PICTURE, 'media/clip.mp4'];
    return checkApproval(
      { file: POST, paths, hasReleaseMedia: false, ...post },
      { kind: 'review', github, sha, ref, workspace },
    );
  }

  checkEnvironment(
    environment = 'linkedin',
    post: Partial<ReviewedPost> = {},
    runId = this.hub.runId,
  ): Promise<ActionError | null> {
    const { github } = this;
    return checkApproval(
      { file: POST, paths: [], hasReleaseMedia: false, ...post },
      { kind: 'environment', github, environment, runId },
    );
  }

  async expectApproved(post?: Partial<ReviewedPost>, ref?: string): Promise<void> {
    expect(await this.checkReview(post, undefined, ref)).toBeNull();
  }

  async expectUnapproved(reason: string | RegExp, post?: Partial<ReviewedPost>, ref?: string): Promise<void> {
    const error = await this.checkReview(post, undefined, ref);
    expect(error?.message).toMatch(reason);
    expect(error).toMatchObject({ code: 'POST_UNAPPROVED' });
  }
}
