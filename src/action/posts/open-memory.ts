// Opens what earlier runs remember: posts and uploads, in one manifest on a branch.

import { InputError, toActionError } from '../../errors.ts';
import { PostMemoryStore } from '../../post/post-memory.ts';
import { MemoryStore } from '../../publish/manifest/memory-store.ts';
import { apiBaseOf } from '../../publish/manifest/schema.ts';
import type { SharedStore } from '../../publish/manifest/store.ts';
import { UploadCache } from '../../publish/manifest/upload-cache.ts';
import type { GitHubOptions } from '../github/github-client.ts';
import { type BranchSettings, openBranchStore } from '../github/open-branch-store.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import type { Runtime } from '../runtime.ts';

export interface RunMemory {
  readonly posts: PostMemoryStore;
  readonly uploads: UploadCache;
}

interface MemoryRuntime extends Runtime {
  /** The connection to GitHub; null without a way to it. */
  readonly dispatcher: GitHubOptions['dispatcher'] | null;
}

/**
 * In `mode: simulate` the memory is empty and ends with the run. In `plan` it is only read, if that is possible.
 * @throws InputError MANIFEST_INVALID, GITHUB_DENIED; GitHubError; NetworkError; RunError
 */
export async function openMemory(inputs: PostInputs, runtime: MemoryRuntime): Promise<RunMemory> {
  const { mode, github } = inputs;
  if (mode === 'plan' && github.error !== null) return await openEmpty(inputs, runtime, github.error);
  const { branch } = inputs;
  if (branch === null) return await read(new MemoryStore(runtime.clock), inputs, runtime);
  try {
    return await read(openStore(branch, mode, runtime), inputs, runtime);
  } catch (error) {
    // A damaged memory would stop the run that publishes, too.
    const isInvalid = error instanceof InputError && error.code === 'MANIFEST_INVALID';
    if (mode !== 'plan' || isInvalid || runtime.signal.aborted) throw error;
    return await openEmpty(inputs, runtime, error);
  }
}

function openStore(
  branch: BranchSettings,
  mode: PostInputs['mode'],
  { dispatcher, ...runtime }: MemoryRuntime,
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
  return read(new MemoryStore(runtime.clock), inputs, runtime);
}

async function read(
  store: SharedStore,
  { connect }: PostInputs,
  { clock, signal }: Runtime,
): Promise<RunMemory> {
  const manifest = await store.read();
  return {
    posts: new PostMemoryStore(store, { signal }),
    uploads: new UploadCache(store, manifest, { apiBase: apiBaseOf(connect.apiUrl), clock }),
  };
}
