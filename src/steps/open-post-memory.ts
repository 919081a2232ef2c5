// Opens what earlier runs remember for the post program: posts and uploads, in one manifest on a branch.

import { ActionError, toActionError } from '../errors.ts';
import { openBranchStore } from '../github/branch/branch-store.ts';
import type { GitHubClient } from '../github/github-client.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import { postUrl } from '../linkedin/urn.ts';
import { type PostFile, postName } from '../post/file/post.ts';
import { PostMemory } from '../post/memory/post-memory.ts';
import type { Runtime } from '../runtime.ts';
import { openEmptyMemory, openMemory, type RunMemory } from './open-memory.ts';

export interface PostRunMemory extends RunMemory {
  readonly posts: PostMemory;
  /** Whether the branch was read, and has no post. */
  readonly isNew: boolean;
}

interface MemoryRun extends Runtime {
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
  readonly posts: readonly PostFile[];
}

/**
 * In `mode: simulate`, and if no post can be in it, the memory is empty and ends with the run. In `plan` it is only read,
 * if that is possible. A run that is cancelled meanwhile reports its posts all the same, with an empty memory.
 */
export async function openPostMemory(inputs: PostInputs, run: MemoryRun): Promise<PostRunMemory> {
  const { mode, github, planSettings } = inputs;
  // Posts that are invalid or left to another job are not looked up.
  const isNeeded = run.posts.some(
    ({ author, errors }) => author === planSettings.owner && errors.length === 0,
  );
  if (!isNeeded) return await openEmpty(inputs, run);
  if (mode === 'plan' && github.error !== null) return await planWithout(github.error, inputs, run);
  const memory = await openBranch(inputs, run);
  if (memory.error === null) {
    if (mode !== 'plan') warnOfDroppedComments(memory.posts, run);
    return memory;
  }
  if (mode === 'plan') return await planWithout(memory.error, inputs, run);
  const isDamaged = memory.error.code === 'MANIFEST_INVALID';
  return { ...memory, error: isDamaged ? memory.error : unreadableError(memory.error) };
}

/** Empty, with an error, if it cannot be read. */
async function openBranch(inputs: PostInputs, run: MemoryRun): Promise<PostRunMemory> {
  const { github } = run;
  if (inputs.branch === null || github === null) return await openEmpty(inputs, run);
  const store = openBranchStore(inputs.branch, { ...run, github, shard: null });
  const opened = await openMemory(store, inputs, run);
  try {
    const posts = new PostMemory(opened.memory, run);
    return { ...opened, posts, isNew: opened.isKept && posts.entries().length === 0 };
  } catch (error) {
    return { ...(await openEmpty(inputs, run)), error: toActionError(error) };
  }
}

async function openEmpty(inputs: PostInputs, run: Runtime): Promise<PostRunMemory> {
  const empty = await openEmptyMemory(inputs, run);
  return { ...empty, posts: new PostMemory(empty.memory, run), isNew: false };
}

/** The memory cannot be reached, but may be intact. The hint is that of the cause: nothing needs to be restored. */
function unreadableError(cause: ActionError): ActionError {
  const text = `the memory of posts cannot be read, so nothing is sent: ${cause.message}`;
  return new ActionError('MANIFEST_INVALID', text, { hint: cause.hint, cause });
}

/** Earlier versions left a comment that was not made to a later run. */
function warnOfDroppedComments({ droppedComments }: PostMemory, { logger }: Runtime): void {
  if (droppedComments.length === 0) return;
  const names = droppedComments.map((post) => `${postName(post)} (${postUrl(post.urn)})`);
  const text = `no first comment was made under ${names.join(', ')}, and no later run makes it; add it by hand`;
  logger.warning(text, { title: 'Memory of posts' });
}

/** A plan sends nothing, so it needs no memory. Only a person can repair a damaged one: the run that publishes would stop. */
async function planWithout(error: ActionError, inputs: PostInputs, runtime: Runtime): Promise<PostRunMemory> {
  const place = { title: 'Memory of posts' };
  const text = `the memory cannot be read, so posts of earlier runs look new here: ${error.message}`;
  if (error.code === 'MANIFEST_INVALID')
    runtime.logger.warning(`${text}; a run that publishes would stop because of it`, place);
  else runtime.logger.notice(text, place);
  return { ...(await openEmpty(inputs, runtime)), error };
}
