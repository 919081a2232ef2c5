// Opens what earlier runs remember, on a branch or in the workspace, after the search and before anything is decided.

import { type ActionError, toActionError } from '../errors/action-error.ts';
import type { RunInputs } from '../inputs/access.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import type { Shard } from '../media/find/shards.ts';
import { Branch } from '../memory/branch.ts';
import { InMemory, Memory, type Place } from '../memory/memory.ts';
import { WorkspaceFile } from '../memory/workspace-file.ts';
import type { WrittenPost } from '../post/file/post.ts';
import { PostMemory, parsePosts } from '../post/memory/post-memory.ts';
import { logTokenInfo } from '../report/log/logger.ts';
import type { ProgramRun } from './run-program.ts';

interface MemoryInputs extends RunInputs {
  readonly apiUrl: URL;
  readonly tokenWarnDays: number;
  /** Absolute path in the workspace; null without a manifest there. */
  readonly manifestFile?: string | null;
  readonly shard?: Shard | null;
}

interface OpenedMemory {
  /** Empty, and stored nowhere, without a branch or file, if it cannot be read, and in a cancelled run. */
  readonly memory: Memory;
  /** Why it cannot be read. */
  readonly error: ActionError | null;
}

/** `check` throws if the caller cannot read the content. */
export async function openMemory(
  inputs: MemoryInputs,
  run: ProgramRun,
  check: (memory: Memory) => unknown = () => {},
): Promise<OpenedMemory> {
  const { mode, apiUrl } = inputs;
  const { signal, logger } = run;
  const memory = new Memory(placeOf(inputs, run), run, apiUrl);
  try {
    await memory.open();
    check(memory);
  } catch (thrown) {
    const error = signal.aborted ? null : toActionError(thrown);
    return { memory: new Memory(new InMemory(), run, apiUrl), error };
  }
  const estimate = mode === 'publish' ? memory.tokens.estimate(inputs) : null;
  if (estimate !== null) logTokenInfo(estimate, logger);
  return { memory, error: null };
}

function placeOf(
  { branch, manifestFile = null, shard = null }: MemoryInputs,
  run: ProgramRun,
): Place {
  const { github, env } = run;
  const jobs = shard?.count ?? 1;
  if (branch !== null && github !== null) return new Branch({ ...branch, jobs }, github, run);
  if (manifestFile === null) return new InMemory();
  return new WorkspaceFile({ path: manifestFile, workspace: env.GITHUB_WORKSPACE || null }, run);
}

export interface RememberedPosts extends OpenedMemory {
  readonly posts: PostMemory;
  /** Whether the branch was read, and has no post. */
  readonly isNew: boolean;
}

/**
 * A simulation, and a run without a post of its author, get an empty memory. If the memory cannot be read, `error` says why: a run
 * that publishes sends nothing then, and a plan goes on.
 */
export async function openPostMemory(
  inputs: PostInputs,
  written: readonly WrittenPost[],
  run: ProgramRun,
): Promise<RememberedPosts> {
  const { mode, githubError, owner } = inputs;
  // Posts that are left to another job are not looked up.
  const isNeeded = mode !== 'simulate' && written.some(({ author }) => author === owner);
  const given = isNeeded ? inputs : { ...inputs, branch: null };
  const { memory, error: unread } = await openMemory(given, run, parsePosts);
  const error = isNeeded ? (githubError ?? unread) : null;
  // A plan sends nothing, so it needs no memory.
  if (mode === 'plan' && error !== null) {
    const text = `the manifest cannot be read, so posts of earlier runs look new here: ${error.message}`;
    run.logger.notice(text, { title: 'Manifest' });
  }
  const posts = new PostMemory(memory, run);
  return { memory, error, posts, isNew: memory.job !== null && posts.entries().size === 0 };
}
