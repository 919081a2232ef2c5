// Runs the post action: in `mode: publish` against a sandbox and a GitHub, which several runs may share.

import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import type { GitHubOptions } from '../world/github/api.ts';
import { GitHubReviews } from '../world/github/reviews.ts';
import { FAKE_GITHUB_TOKEN } from './action-file.ts';
import { type Content, makeWorkspace, OWNER, TOKEN } from './publishing.ts';
import { runProgram, type StepRequest, type StepRun } from './runner.ts';

const POST_ACTION = resolve(import.meta.dirname, '../../post/action.yml');
export const MEMORY_BRANCH = 'linkedin-media';

export type Files = Readonly<Record<string, Content>>;
export type Inputs = Readonly<Record<string, string>>;

type PostRequest = Partial<Omit<StepRequest, 'inputs'>> & { readonly start?: typeof runProgram };

/** The rows of `results`, loosely typed. */
export interface PostRow {
  readonly id: string;
  readonly file: string | null;
  readonly state: string;
  readonly urn?: string;
  readonly media: readonly { readonly file: string; readonly alt: string | null }[];
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
  readonly [field: string]: unknown;
}

export function postRows(run: StepRun): PostRow[] {
  return run.json<PostRow[]>('results');
}

/** File or id → state, or state and the code of its error. */
export function postEnds(run: StepRun): Record<string, string> {
  return Object.fromEntries(
    postRows(run).map(({ file, id, state, error }) => [
      file ?? id,
      error === undefined ? state : `${state} ${error.code}`,
    ]),
  );
}

export class Posting {
  readonly sandbox: Sandbox;
  readonly github: GitHubReviews;
  /** The base URL of GitHub's API. */
  readonly gitHubUrl: string;
  readonly #closeGitHub: () => Promise<void>;

  private constructor(sandbox: Sandbox, github: GitHubReviews, apiUrl: string, close: () => Promise<void>) {
    this.sandbox = sandbox;
    this.github = github;
    this.gitHubUrl = apiUrl;
    this.#closeGitHub = close;
  }

  static async start(
    options: SandboxOptions = {},
    githubOptions: GitHubOptions = {},
    around?: (handle: SandboxHandler) => SandboxHandler,
  ): Promise<Posting> {
    const sandbox = await startSandbox({ token: TOKEN, processingMs: 0, ...options }, around);
    const github = new GitHubReviews({ foreignSecrets: [TOKEN], ...githubOptions });
    const { apiUrl, close } = await github.listen();
    return new Posting(sandbox, github, apiUrl, close);
  }

  async run(files: Files, inputs: Inputs = {}, request: PostRequest = {}): Promise<StepRun> {
    const run = await runAlone(
      files,
      { 'access-token': TOKEN, 'api-url': this.sandbox.url, ...inputs },
      { ...request, env: { GITHUB_API_URL: this.gitHubUrl, ...request.env } },
    );
    const log = run.rawLog.filter((line) => !line.startsWith('::add-mask::')).join('\n');
    expect(log).not.toContain(FAKE_GITHUB_TOKEN);
    expect(log).not.toContain(TOKEN);
    return run;
  }

  /** The bodies that LinkedIn has taken. */
  get sent(): Record<string, unknown>[] {
    return this.sandbox.model.posts as Record<string, unknown>[];
  }

  async close(): Promise<void> {
    expect(this.github.breaches).toEqual([]);
    await Promise.all([this.sandbox.close(), this.#closeGitHub()]);
  }
}

/** Runs the post action in a workspace that no earlier run has seen, and without a LinkedIn. */
export async function runAlone(
  files: Files,
  inputs: Inputs,
  { start = runProgram, ...request }: PostRequest = {},
): Promise<StepRun> {
  return await start({
    action: POST_ACTION,
    workspace: await makeWorkspace(files),
    ...request,
    inputs: { owner: OWNER, ...inputs },
  });
}
