// A repository with a post, its pull request, and a workspace with the files of main, on a strict GitHub.

import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ActionError } from '../../../src/errors/action-error.ts';
import { type ApprovalRun, Approvals, type ReviewedPost } from '../../../src/github/approval.ts';
import { sidecarPathsOf } from '../../../src/media/sidecars.ts';
import { writeFiles } from '../../support/folders.ts';
import type { GitHubOptions } from '../../world/github/api.ts';
import { GitHubReviews } from '../../world/github/reviews.ts';
import { connect } from '../github-fixture.ts';

export const POST = 'posts/launch.md';
export const PICTURE = 'media/hero.png';
export const FILES: Readonly<Record<string, string | Buffer>> = {
  [POST]: '---\nmedia: [media/hero.png, media/clip.mp4]\n---\nVersion 2 is out.\n',
  [PICTURE]: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]),
  'media/hero.alt.txt': 'The new dashboard\n',
  'media/clip.mp4': Buffer.from([0, 0, 0, 24, 1]),
  'media/clip.srt': '1\n00:00:00,000 --> 00:00:01,000\nHello\n',
};

const PATHS = [
  PICTURE,
  'media/clip.mp4',
  'media/hero.alt.txt',
  ...sidecarPathsOf('media/clip.mp4'),
];

const TEXTS = ['media/hero.alt.txt', 'media/clip.srt'];

/** Alice, bob and carol may write. */
const ACCOUNTS = {
  alice: { type: 'User', access: 'write' },
  bob: { type: 'User', access: 'write' },
  carol: { type: 'User', access: 'admin' },
  mallory: { type: 'User', access: 'none' },
  'renovate[bot]': { type: 'Bot', access: 'write' },
} as const;

type Approval = Pick<ApprovalRun['inputs'], 'approval' | 'environment'>;

export class ApprovalFixture {
  readonly hub: GitHubReviews;
  readonly client;
  readonly workspace = mkdtempSync(join(tmpdir(), 'approval-'));
  readonly cancel: AbortController;
  /** One for each run, whose posts share the answers of GitHub. */
  readonly #checks = new Map<string, Approvals>();

  constructor(options: GitHubOptions = {}) {
    this.hub = new GitHubReviews(options);
    for (const [login, account] of Object.entries(ACCOUNTS)) this.hub.accounts.set(login, account);
    const { github, cancel } = connect(this.hub);
    this.client = github;
    this.cancel = cancel;
  }

  /** A pull request of alice with the post. */
  static propose(options: GitHubOptions = {}): ApprovalFixture {
    const fixture = new ApprovalFixture(options);
    fixture.hub.git.commit('launch', FILES, 'Add the post');
    fixture.hub.open('launch', 'alice');
    return fixture;
  }

  /** A merged pull request of alice with the post, approved by bob. */
  static async approved(options: GitHubOptions = {}): Promise<ApprovalFixture> {
    const fixture = ApprovalFixture.propose(options);
    fixture.hub.review(1, 'bob', 'APPROVED');
    await fixture.merge();
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
      if (content === null) await rm(join(this.workspace, path));
      else writeFiles(this.workspace, new Map([[path, content]]));
    }
  }

  /** `paths` are those beside the post file. */
  checkReview(
    { file = POST, paths = PATHS }: Partial<ReviewedPost> = {},
    sha = this.hub.git.head('main'),
    ref = 'refs/heads/main',
  ): Promise<ActionError | null> {
    const post = { file, paths: [file ?? [], paths].flat(), texts: [file ?? [], TEXTS].flat() };
    return this.#check(
      { approval: 'review', environment: '' },
      { GITHUB_SHA: sha, GITHUB_REF: ref },
    ).check(post);
  }

  checkEnvironment(
    environment = 'linkedin',
    post: Partial<ReviewedPost> = {},
    runId = this.hub.runId,
  ): Promise<ActionError | null> {
    const approval = { approval: 'environment', environment } as const;
    return this.#check(approval, { GITHUB_RUN_ID: runId }).check({
      file: POST,
      paths: [POST],
      texts: [],
      ...post,
    });
  }

  #check(approval: Approval, env: NodeJS.ProcessEnv): Approvals {
    const key = JSON.stringify([approval, env]);
    const inputs = { ...approval, workspace: this.workspace, githubError: null };
    const check = this.#checks.get(key) ?? new Approvals({ inputs, env, github: this.client });
    this.#checks.set(key, check);
    return check;
  }
}

export async function expectApproved(
  fixture: ApprovalFixture,
  post?: Partial<ReviewedPost>,
  ref?: string,
): Promise<void> {
  expect(await fixture.checkReview(post, undefined, ref)).toBeNull();
}

export async function expectUnapproved(
  fixture: ApprovalFixture,
  reason: string | RegExp,
  { ref, ...post }: Partial<ReviewedPost> & { readonly ref?: string } = {},
): Promise<void> {
  const error = await fixture.checkReview(post, undefined, ref);
  expect(error?.message).toMatch(reason);
  expect(error).toMatchObject({ code: 'POST_UNAPPROVED' });
}
