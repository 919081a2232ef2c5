// Opens what earlier runs remember: posts and uploads, in one manifest on a branch.

import { ActionError, toActionError } from './errors.ts';
import { type BranchSettings, openBranchMemoryFile } from './github/branch/open-branch-memory-file.ts';
import type { GitHubOptions } from './github/github-client.ts';
import { withGracePeriod } from './grace-period.ts';
import type { PostInputs } from './inputs/read-post-inputs.ts';
import { InMemoryFile } from './memory/in-memory-file.ts';
import { apiBaseOf } from './memory/manifest.ts';
import { Memory } from './memory/memory.ts';
import type { MemoryFile } from './memory/memory-file.ts';
import { postName } from './post/file/post.ts';
import type { PostFile } from './post/file/post-file.ts';
import { PostMemory } from './post/memory/post-memory.ts';
import { postUrl } from './post/post-urn.ts';
import type { Runtime } from './runtime.ts';
import { estimateTokenDays, rememberToken, type TokenEstimate } from './token-days.ts';
import { UploadCache } from './upload/upload-cache.ts';

export interface RunMemory {
  readonly posts: PostMemory;
  /** Whether the branch was read, and has no post. */
  readonly isNew: boolean;
  /** Why it could not be read: it is empty, and ends with the run. Null if it was read, or is not needed. */
  readonly error: ActionError | null;
  readonly uploads: UploadCache;
  /** Null if the memory does not know how long the access token lasts. */
  readonly token: TokenEstimate | null;
}

interface MemoryRun extends Runtime {
  /** The connection to GitHub; null without access to it. */
  readonly dispatcher: GitHubOptions['dispatcher'] | null;
  readonly posts: readonly PostFile[];
}

/** A run that is cancelled meanwhile reports its posts all the same, with an empty memory. */
export async function openPostMemory(inputs: PostInputs, run: MemoryRun): Promise<RunMemory> {
  try {
    return await withGracePeriod(openMemory(inputs, run), run);
  } catch (error) {
    if (!run.signal.aborted) throw error;
    return await openEmptyMemory(inputs, run);
  }
}

/**
 * In `mode: simulate`, and if no post can be in it, the memory is empty and ends with the run. In `plan` it is only read,
 * if that is possible.
 * @throws the reason of a cancellation
 */
async function openMemory(inputs: PostInputs, runtime: MemoryRun): Promise<RunMemory> {
  const { mode, github, branch, plan } = inputs;
  // Posts that are invalid or left to another job are not looked up.
  const isNeeded = runtime.posts.some(({ author, errors }) => author === plan.owner && errors.length === 0);
  if (!isNeeded) return await openEmptyMemory(inputs, runtime);
  if (mode === 'plan' && github.error !== null) return await planWithout(github.error, inputs, runtime);
  if (branch === null) return await openEmptyMemory(inputs, runtime);
  try {
    const memory = await open(openBranch(branch, runtime), inputs, runtime);
    if (mode !== 'plan') warnOfDroppedComments(memory.posts, runtime);
    return { ...memory, isNew: memory.posts.entries().length === 0 };
  } catch (error) {
    runtime.signal.throwIfAborted();
    if (!(error instanceof ActionError)) throw error;
    if (mode === 'plan') return await planWithout(error, inputs, runtime);
    const isDamaged = error.code === 'MANIFEST_INVALID';
    return await openEmptyMemory(inputs, runtime, isDamaged ? error : unreadableError(error));
  }
}

/** The memory cannot be reached, but may be intact. The hint is that of the cause: nothing needs to be restored. */
function unreadableError(cause: ActionError): ActionError {
  const text = `the memory of posts cannot be read, so nothing is sent: ${cause.message}`;
  return new ActionError('MANIFEST_INVALID', text, { hint: cause.hint, cause });
}

function openBranch(branch: BranchSettings, { dispatcher, ...runtime }: MemoryRun): MemoryFile {
  const connection = dispatcher ?? runtime.openDispatcher(branch.proxy);
  return openBranchMemoryFile(branch, { ...runtime, dispatcher: connection, shard: null });
}

/** Earlier versions left a comment that was not made to a later run. */
function warnOfDroppedComments({ droppedComments }: PostMemory, { logger }: Runtime): void {
  if (droppedComments.length === 0) return;
  const names = droppedComments.map((post) => `${postName(post)} (${postUrl(post.urn)})`);
  const text = `no first comment was made under ${names.join(', ')}, and no later run makes it; add it by hand`;
  logger.warning(text, { title: 'Memory of posts' });
}

/** A plan sends nothing, so it needs no memory. Only a person can repair a damaged one: the run that publishes would stop. */
function planWithout(error: ActionError, inputs: PostInputs, runtime: Runtime): Promise<RunMemory> {
  const place = { title: 'Memory of posts' };
  const text = `the memory cannot be read, so posts of earlier runs look new here: ${error.message}`;
  if (error.code === 'MANIFEST_INVALID')
    runtime.logger.warning(`${text}; a run that publishes would stop because of it`, place);
  else runtime.logger.notice(text, place);
  return openEmptyMemory(inputs, runtime, error);
}

/** `error`: why the memory on the branch could not be read. */
async function openEmptyMemory(
  inputs: PostInputs,
  runtime: Runtime,
  error: ActionError | null = null,
): Promise<RunMemory> {
  return { ...(await open(new InMemoryFile(runtime.clock), inputs, runtime)), error };
}

async function open(file: MemoryFile, inputs: PostInputs, runtime: Runtime): Promise<RunMemory> {
  const { connect, mode } = inputs;
  const { clock, signal } = runtime;
  const memory = new Memory(file, { clock, signal, isReadOnly: mode === 'plan' });
  await memory.open();
  return {
    posts: new PostMemory(memory, { signal }),
    isNew: false,
    error: null,
    uploads: new UploadCache(memory, { apiBase: apiBaseOf(connect.apiUrl), clock }),
    token: estimateTokenDays(memory, inputs, runtime),
  };
}

/**
 * Stores what is left to store, and returns the errors: what is sent is reported all the same. After a cancellation the
 * outputs come first.
 */
export async function closeMemory({ uploads, token }: RunMemory, runtime: Runtime): Promise<ActionError[]> {
  if (runtime.signal.aborted) return [];
  try {
    await uploads.close(runtime.signal);
    await rememberToken(token, runtime);
    return [];
  } catch (error) {
    return [toActionError(error)];
  }
}

/** For a cancelled run: the outputs are already written, so an error is only logged. */
export async function closeMemoryAfterOutputs({ uploads }: RunMemory, { logger }: Runtime): Promise<void> {
  try {
    await uploads.closeAfterOutputs();
  } catch (error) {
    const { code, message } = toActionError(error);
    logger.error(message, { title: code });
  }
}
