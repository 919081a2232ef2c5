// Runs the post action: in `mode: publish` against a sandbox and a GitHub, which several runs may share.

import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { PostRow } from '../../src/report/posts/post-row.ts';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import type { GitHubOptions } from '../world/github/api.ts';
import { GitHubReviews } from '../world/github/reviews.ts';
import { type LinkedInOptions, startLinkedIn } from '../world/linkedin-faults.ts';
import { FAKE_GITHUB_TOKEN } from './action-file.ts';
import { type Content, makeWorkspace, OWNER, TOKEN } from './publishing.ts';
import { runAction, runProgram, type StepRequest, type StepRun } from './runner.ts';

export const POST_ACTION = resolve(import.meta.dirname, '../../post/action.yml');
export const MEMORY_BRANCH = 'linkedin-media';

export type Files = Readonly<Record<string, Content>>;
export type Inputs = Readonly<Record<string, string>>;

/** `BUILT=1 npx vitest run test/post-main` runs the built action in place of the program in this process. */
const START = process.env.BUILT === '1' ? runAction : runProgram;

type PostRequest = Partial<Omit<StepRequest, 'inputs'>> & { readonly start?: typeof runProgram };

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

export type Posting = Awaited<ReturnType<typeof startPosting>>;

export async function startPosting(
  options: LinkedInOptions = {},
  githubOptions: GitHubOptions = {},
  around?: (handle: SandboxHandler) => SandboxHandler,
) {
  const sandbox = await startLinkedIn({ token: TOKEN, processingMs: 0, ...options }, around);
  const github = new GitHubReviews({ foreignSecrets: [TOKEN], ...githubOptions });
  const { apiUrl: gitHubUrl, close } = await github.listen();
  return {
    ...{ sandbox, github, gitHubUrl },
    async run(files: Files, inputs: Inputs = {}, request: PostRequest = {}): Promise<StepRun> {
      const run = await runAlone(
        files,
        { 'access-token': TOKEN, 'api-url': sandbox.url, ...inputs },
        { ...request, env: { GITHUB_API_URL: gitHubUrl, ...request.env } },
      );
      expect(run.printed).not.toContain(FAKE_GITHUB_TOKEN);
      expect(run.printed).not.toContain(TOKEN);
      return run;
    },
    /** The bodies that LinkedIn has taken. */
    get sent(): Record<string, unknown>[] {
      return sandbox.model.posts as Record<string, unknown>[];
    },
    async close(): Promise<void> {
      expect(github.breaches).toEqual([]);
      await Promise.all([sandbox.close(), close()]);
    },
  };
}

/** Runs the post action in a workspace that no earlier run has seen, and without a LinkedIn. */
export async function runAlone(
  files: Files,
  inputs: Inputs,
  { start = START, ...request }: PostRequest = {},
): Promise<StepRun> {
  return await start({
    action: POST_ACTION,
    workspace: await makeWorkspace(files),
    ...request,
    inputs: { owner: OWNER, ...inputs },
  });
}
