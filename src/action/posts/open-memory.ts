// Opens what earlier runs remember: posts and uploads, in one manifest on a branch.

import { ActionError } from '../../errors.ts';
import type { PostInputs } from '../../inputs/read-post-inputs.ts';
import { InMemoryStore } from '../../memory/in-memory-store.ts';
import { apiBaseOf } from '../../memory/manifest.ts';
import type { SharedStore } from '../../memory/store.ts';
import { PostMemoryStore } from '../../post/memory/post-memory.ts';
import { UploadCache } from '../../publish/upload-cache.ts';
import { type BranchSettings, openBranchStore } from '../github/branch/open-branch-store.ts';
import type { GitHubOptions } from '../github/github-client.ts';
import { fullMessage } from '../report/report.ts';
import type { Runtime } from '../runtime.ts';
import type { CollectedPost } from './inspect-post.ts';

export interface RunMemory {
  readonly posts: PostMemoryStore;
  /** Whether the branch was read, and has no post. */
  readonly isNew: boolean;
  /** Why it could not be read: it is empty, and ends with the run. Null if it was read, or is not needed. */
  readonly error: ActionError | null;
  readonly uploads: UploadCache;
}

interface MemoryRun extends Runtime {
  /** The connection to GitHub; null without access to it. */
  readonly dispatcher: GitHubOptions['dispatcher'] | null;
  readonly collected: readonly CollectedPost[];
}

/**
 * In `mode: simulate`, and if no post can be in it, the memory is empty and ends with the run. In `plan` it is only read,
 * if that is possible.
 * @throws the reason of a cancellation
 */
export async function openMemory(inputs: PostInputs, runtime: MemoryRun): Promise<RunMemory> {
  const { mode, github, branch, plan } = inputs;
  // Posts that are invalid or left to another job are not looked up.
  const isNeeded = runtime.collected.some(
    ({ candidate: { author, errors } }) => author === plan.owner && errors.length === 0,
  );
  if (!isNeeded) return await openEmptyMemory(inputs, runtime);
  if (mode === 'plan' && github.error !== null) return await planWithout(github.error, inputs, runtime);
  if (branch === null) return await openEmptyMemory(inputs, runtime);
  try {
    const memory = await read(openStore(branch, mode, runtime), inputs, runtime);
    return { ...memory, isNew: memory.posts.entries().length === 0 };
  } catch (error) {
    runtime.signal.throwIfAborted();
    if (!(error instanceof ActionError)) throw error;
    if (mode === 'plan') return await planWithout(error, inputs, runtime);
    const isDamaged = error.code === 'MANIFEST_INVALID';
    return await openEmptyMemory(inputs, runtime, isDamaged ? error : new UnreadableMemoryError(error));
  }
}

/** The memory cannot be reached, but may be intact. The hint is that of the cause: nothing needs to be restored. */
class UnreadableMemoryError extends ActionError {
  readonly #hint: string;

  constructor(cause: ActionError) {
    const text = `the memory of posts cannot be read, so nothing is sent: ${cause.message}`;
    super('MANIFEST_INVALID', text, { cause });
    this.#hint = cause.hint;
  }

  override get hint(): string {
    return this.#hint;
  }
}

function openStore(
  branch: BranchSettings,
  mode: PostInputs['mode'],
  { dispatcher, ...runtime }: MemoryRun,
): SharedStore {
  const connection = dispatcher ?? runtime.openDispatcher(branch.proxy);
  return openBranchStore(branch, {
    ...runtime,
    dispatcher: connection,
    shard: null,
    isReadOnly: mode === 'plan',
  });
}

/** A plan sends nothing, so it needs no memory. Only a person can repair a damaged one: the run that publishes would stop. */
function planWithout(error: ActionError, inputs: PostInputs, runtime: Runtime): Promise<RunMemory> {
  const place = { title: 'Memory of posts' };
  const text = `the memory cannot be read, so posts of earlier runs look new here: ${fullMessage(error)}`;
  if (error.code === 'MANIFEST_INVALID')
    runtime.logger.warning(`${text}; a run that publishes would stop because of it`, place);
  else runtime.logger.notice(text, place);
  return openEmptyMemory(inputs, runtime, error);
}

/** `error`: why the memory on the branch could not be read. */
export async function openEmptyMemory(
  inputs: PostInputs,
  runtime: Runtime,
  error: ActionError | null = null,
): Promise<RunMemory> {
  return { ...(await read(new InMemoryStore(runtime.clock), inputs, runtime)), error };
}

async function read(
  store: SharedStore,
  { connect }: PostInputs,
  { clock, signal }: Runtime,
): Promise<RunMemory> {
  const manifest = await store.read();
  return {
    posts: new PostMemoryStore(store, { signal }),
    isNew: false,
    error: null,
    uploads: new UploadCache(store, manifest, { apiBase: apiBaseOf(connect.apiUrl), clock }),
  };
}
