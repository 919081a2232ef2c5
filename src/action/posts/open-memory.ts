// Opens what earlier runs remember: posts and uploads, in one manifest on a branch.

import { ActionError, toActionError } from '../../errors.ts';
import { PostMemoryStore } from '../../post/memory/post-memory.ts';
import { InMemoryStore } from '../../publish/manifest/in-memory-store.ts';
import { apiBaseOf } from '../../publish/manifest/schema.ts';
import type { SharedStore } from '../../publish/manifest/store.ts';
import { UploadCache } from '../../publish/manifest/upload-cache.ts';
import type { GitHubOptions } from '../github/github-client.ts';
import { type BranchSettings, openBranchStore } from '../github/open-branch-store.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import type { Runtime } from '../runtime.ts';
import type { CollectedPost } from './inspect-post.ts';

export interface RunMemory {
  readonly posts: PostMemoryStore;
  /** Whether the branch was read, and knows no post. */
  readonly isNew: boolean;
  readonly uploads: UploadCache;
}

interface MemoryRun extends Runtime {
  /** The connection to GitHub; null without a way to it. */
  readonly dispatcher: GitHubOptions['dispatcher'] | null;
  readonly collected: readonly CollectedPost[];
}

/**
 * In `mode: simulate`, and if no post can be in it, the memory is empty and ends with the run. In `plan` it is only read,
 * if that is possible.
 * @throws ActionError MANIFEST_INVALID, whatever hinders the reading; the reason of a cancellation
 */
export async function openMemory(inputs: PostInputs, runtime: MemoryRun): Promise<RunMemory> {
  const { mode, github, branch, plan } = inputs;
  // What is invalid, or left to another job, is not looked up.
  const isNeeded = runtime.collected.some(
    ({ candidate: { author, errors } }) => author === plan.owner && errors.length === 0,
  );
  if (!isNeeded) return await read(new InMemoryStore(runtime.clock), inputs, runtime);
  if (mode === 'plan' && github.error !== null) return await openEmpty(inputs, runtime, github.error);
  if (branch === null) return await read(new InMemoryStore(runtime.clock), inputs, runtime);
  try {
    const memory = await read(openStore(branch, mode, runtime), inputs, runtime);
    return { ...memory, isNew: memory.posts.entries().length === 0 };
  } catch (error) {
    const isBug = !(error instanceof ActionError);
    // A damaged memory would stop the run that publishes, too.
    if (isBug || error.code === 'MANIFEST_INVALID' || runtime.signal.aborted) throw error;
    if (mode !== 'plan') throw new UnreadableMemoryError(error);
    return await openEmpty(inputs, runtime, error);
  }
}

/** The memory may be in order, but cannot be reached. The advice is that of the cause: nothing is to be restored. */
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

function openEmpty(inputs: PostInputs, runtime: Runtime, thrown: unknown): Promise<RunMemory> {
  const { message } = toActionError(thrown);
  const text = `the memory cannot be read, so posts of earlier runs look new here: ${message}`;
  runtime.logger.notice(text, { title: 'Memory of posts' });
  return read(new InMemoryStore(runtime.clock), inputs, runtime);
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
    uploads: new UploadCache(store, manifest, { apiBase: apiBaseOf(connect.apiUrl), clock }),
  };
}
