// Opens what earlier runs remember: uploads, in the workspace or on a branch, and for the post program posts too, on a branch.

import type { Clock } from '../deps.ts';
import { ActionError, type InputError, inputErrorsIn, toActionError } from '../errors/action-error.ts';
import { openBranchStore } from '../github/branch/branch-store.ts';
import type { GitHubClient } from '../github/github-client.ts';
import type { Mode } from '../inputs/input-types.ts';
import type { ConnectSettings } from '../inputs/linkedin-access.ts';
import { type Inputs, manifestPath } from '../inputs/read-inputs.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import { rawInput } from '../inputs/secrets.ts';
import { postUrl } from '../linkedin/urn.ts';
import { apiBaseOf, EMPTY_MANIFEST } from '../memory/manifest.ts';
import type { ManifestStore, StoredManifest } from '../memory/manifest-store.ts';
import { Memory } from '../memory/memory.ts';
import { WorkspaceStore } from '../memory/workspace-store.ts';
import { postName, type WrittenPost } from '../post/file/post.ts';
import { PostMemory } from '../post/memory/post-memory.ts';
import type { Runtime } from '../runtime.ts';
import { withGracePeriod } from '../time-limits.ts';
import { UploadCache } from '../upload/upload-cache.ts';
import { estimateTokenDays, type TokenEstimate } from './token-days.ts';

export interface RunMemory {
  /** The content that `uploads` reads and changes. */
  readonly manifest: Memory;
  readonly uploads: UploadCache;
  /** Null if the memory does not know how long the access token lasts: only one on a branch may know it. */
  readonly token: TokenEstimate | null;
}

interface OpenedMemory {
  /** Null if there is none, if it cannot be read, and in a run that is cancelled meanwhile. */
  readonly memory: RunMemory | null;
  readonly error: ActionError | null;
}

interface MemoryInputs {
  readonly mode: Mode;
  readonly connect: ConnectSettings;
}

interface OpenedManifest {
  /** Null without a manifest in the workspace, and with errors. */
  readonly inWorkspace: Memory | null;
  readonly errors: readonly InputError[];
}

/** Reads the manifest in the workspace before the search for files and despite invalid inputs, to report all errors together. */
export async function openManifest(runtime: Runtime): Promise<OpenedManifest> {
  const { env, clock, signal } = runtime;
  const path = manifestPath(env);
  if (path === null) return { inWorkspace: null, errors: [] };
  const isReadOnly = rawInput(env, 'mode') === 'plan';
  const store = new WorkspaceStore({ path, workspace: env.GITHUB_WORKSPACE || null, isReadOnly, clock });
  const memory = new Memory(store, { clock, signal, isReadOnly });
  try {
    await withGracePeriod(memory.open(), runtime);
    return { inWorkspace: memory, errors: [] };
  } catch (error) {
    const errors = inputErrorsIn(error);
    if (errors === null) throw error;
    return { inWorkspace: null, errors };
  }
}

interface UploadRuntime extends Runtime, Pick<OpenedManifest, 'inWorkspace'> {
  /** Null without a branch. */
  readonly github: GitHubClient | null;
}

/** The memory of an upload: the manifest in the workspace, or that on a branch. */
export async function openUploadMemory(inputs: Inputs, run: UploadRuntime): Promise<OpenedMemory> {
  const { inWorkspace, github } = run;
  if (inWorkspace !== null) return { memory: toRunMemory(inWorkspace, inputs), error: null };
  const { branch, shard } = inputs;
  if (branch === null || github === null) return { memory: null, error: null };
  return await openRunMemory(openBranchStore(branch, { ...run, shard, github }), inputs, run);
}

export interface PostRunMemory extends RunMemory {
  readonly posts: PostMemory;
  /** Whether the branch was read, and has no post. */
  readonly isNew: boolean;
  /** Why it could not be read. Null if it was read, or is not needed. */
  readonly error: ActionError | null;
}

interface PostRuntime extends Runtime {
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
  readonly posts: readonly WrittenPost[];
}

/**
 * In `mode: simulate`, in which `branch` is null, and if no post can be in it, the memory is empty and ends with the run. In `plan`
 * it is only read, if that is possible. A run that is cancelled meanwhile reports its posts all the same, with an empty memory.
 */
export async function openPostMemory(inputs: PostInputs, run: PostRuntime): Promise<PostRunMemory> {
  const { mode, githubError, planSettings, branch } = inputs;
  const { github } = run;
  // Posts that are invalid or left to another job are not looked up.
  const isNeeded = run.posts.some(
    ({ author, errors }) => author === planSettings.owner && errors.length === 0,
  );
  if (!isNeeded) return await emptyPosts(null, inputs, run);
  if (mode === 'plan' && githubError !== null) return await emptyForPlan(githubError, inputs, run);
  const store = branch && github && openBranchStore(branch, { ...run, github, shard: null });
  if (store === null) return await emptyPosts(null, inputs, run);
  const memory = await openPosts(store, inputs, run);
  if (memory.error === null) {
    if (mode !== 'plan') warnOfDroppedComments(memory.posts, run);
    return memory;
  }
  if (mode === 'plan') return await emptyForPlan(memory.error, inputs, run);
  if (memory.error.code === 'MANIFEST_INVALID') return memory;
  // The memory cannot be reached, but may be intact. The hint is that of the cause: nothing needs to be restored.
  const { hint, message } = memory.error;
  const text = `the memory of posts cannot be read, so nothing is sent: ${message}`;
  return { ...memory, error: new ActionError('MANIFEST_INVALID', text, { hint, cause: memory.error }) };
}

const MEMORY_TITLE = 'Memory of posts';

/** Earlier versions left a comment that was not made to a later run. */
function warnOfDroppedComments({ droppedComments }: PostMemory, { logger }: Runtime): void {
  if (droppedComments.length === 0) return;
  const dropped = droppedComments.map((post) => `${postName(post)} (${postUrl(post.urn)})`);
  const text = `no first comment was made under ${dropped.join(', ')}, and no later run makes it; add it by hand`;
  logger.warning(text, { title: MEMORY_TITLE });
}

/** Empty, with an error, if it cannot be read. Empty without an error in a run that is cancelled meanwhile. */
async function openPosts(store: ManifestStore, inputs: PostInputs, run: Runtime): Promise<PostRunMemory> {
  const { memory, error } = await openRunMemory(store, inputs, run);
  if (memory === null) return await emptyPosts(error, inputs, run);
  try {
    const posts = new PostMemory(memory.manifest, run);
    return { ...memory, posts, isNew: posts.entries().length === 0, error: null };
  } catch (thrown) {
    return await emptyPosts(toActionError(thrown), inputs, run);
  }
}

async function emptyPosts(
  error: ActionError | null,
  inputs: PostInputs,
  run: Runtime,
): Promise<PostRunMemory> {
  const { clock, signal } = run;
  const store = new InMemoryStore(clock);
  const manifest = new Memory(store, { clock, signal, isReadOnly: inputs.mode === 'plan' });
  await manifest.open();
  return { ...toRunMemory(manifest, inputs), posts: new PostMemory(manifest, run), isNew: false, error };
}

/** A plan sends nothing, so it needs no memory. Only a person can repair a damaged one: the run that publishes would stop. */
async function emptyForPlan(
  error: ActionError,
  inputs: PostInputs,
  runtime: Runtime,
): Promise<PostRunMemory> {
  const target = { title: MEMORY_TITLE };
  const text = `the memory cannot be read, so posts of earlier runs look new here: ${error.message}`;
  if (error.code === 'MANIFEST_INVALID')
    runtime.logger.warning(`${text}; a run that publishes would stop because of it`, target);
  else runtime.logger.notice(text, target);
  return await emptyPosts(error, inputs, runtime);
}

async function openRunMemory(
  store: ManifestStore,
  inputs: MemoryInputs,
  runtime: Runtime,
): Promise<OpenedMemory> {
  const { clock, signal } = runtime;
  const manifest = new Memory(store, { clock, signal, isReadOnly: inputs.mode === 'plan' });
  try {
    await withGracePeriod(manifest.open(), runtime);
    const token = estimateTokenDays(manifest, inputs, runtime);
    return { memory: { ...toRunMemory(manifest, inputs), token }, error: null };
  } catch (thrown) {
    return { memory: null, error: signal.aborted ? null : toActionError(thrown) };
  }
}

/** `manifest` is open. */
function toRunMemory(manifest: Memory, { connect }: MemoryInputs): RunMemory {
  const uploads = new UploadCache(manifest, apiBaseOf(connect.apiUrl));
  return { manifest, uploads, token: null };
}

/** A manifest that is empty at first and ends with the run: for `mode: simulate`, and if the memory is not needed or unreadable. */
export class InMemoryStore implements ManifestStore {
  readonly name = 'the memory of this run';
  readonly backend = 'the memory';
  readonly job = null;
  readonly writers = 1;
  readonly intervalMs = 1000;
  readonly #clock: Pick<Clock, 'epochMs'>;
  #stored: StoredManifest = { content: EMPTY_MANIFEST, version: null };

  constructor(clock: Pick<Clock, 'epochMs'>) {
    this.#clock = clock;
  }

  epochMs(): number {
    return this.#clock.epochMs();
  }

  async read(): Promise<StoredManifest> {
    return this.#stored;
  }

  async write(content: StoredManifest['content']): Promise<string> {
    const version = String(content.revision);
    this.#stored = { content, version };
    return version;
  }
}
