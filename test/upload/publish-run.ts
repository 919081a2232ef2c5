// One run of uploadFiles over real files and a scripted LinkedIn, in virtual time.

import { createHash } from 'node:crypto';
import type { ActionError } from '../../src/errors.ts';
import {
  type ApiName,
  type SidecarUpload,
  type TokenInfo,
  toMediaIdentity,
} from '../../src/linkedin/session.ts';
import { type Open, openAsSystem, openForInspection } from '../../src/media/bytes.ts';
import type { FileIdentity, MediaFile, Sidecar } from '../../src/media/media-file.ts';
import { CallLimit } from '../../src/upload/calls/call-limit.ts';
import type { FileState } from '../../src/upload/file-state.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { type CacheLookup, planUploads } from '../../src/upload/plan.ts';
import { type UploadSettings, uploadFiles } from '../../src/upload/upload-files.ts';
import { plant, type Tree } from '../media/tree.ts';
import { TestClock } from '../support/clock.ts';
import { FakeLinkedIn, type Script, type Scripts, urnOf } from './fake-linkedin.ts';
import { IMAGE, mediaFile, VIDEO } from './planned-files.ts';

export interface Run {
  readonly ledger: Ledger;
  readonly clock: TestClock;
  readonly linkedin: FakeLinkedIn;
  readonly cancel: AbortController;
  /** Advances the clock until the run is over. */
  finish(): Promise<void>;
  /** Waits until `isSo` without advancing the clock: real files need turns of the event loop. */
  until(isSo: () => boolean): Promise<void>;
  /** The path of a file, `a`, or of its sidecar, `a.captions`. */
  at(name: string): string;
  /** The entry of a file. */
  of(name: string): FileState;
}

const FIRST_SIZE = 40;
const STEP_MS = 20_000;

interface Settings extends UploadSettings {
  readonly api: ApiName;
  /** The sidecars of each file; with sidecars, the files are videos. */
  readonly sidecarKinds: readonly SidecarUpload['kind'][];
  readonly prepare: () => Promise<TokenInfo>;
  readonly open: Open;
  /** The uploads of earlier runs; null without a manifest. */
  readonly cache: CacheLookup | null;
  /** Whether all files hold the same bytes: their sessions are those of the first file. */
  readonly areDuplicates: boolean;
  /** The upload of an earlier run, `earlier-1`. */
  readonly earlier: Script;
  readonly clock: TestClock;
  readonly limit: { readonly maxCalls: number; readonly callsOn: () => number };
}

/** Starts a run over the files that `scripts` names, in that order. */
export async function startRun(
  scripts: Scripts,
  {
    concurrency = 2,
    waitMs = 30 * 60_000,
    readsArtifacts = false,
    api = 'assets',
    sidecarKinds = [],
    prepare,
    open = openAsSystem,
    cache = null,
    areDuplicates = false,
    earlier = {},
    clock = new TestClock(),
    limit,
  }: Partial<Settings> = {},
): Promise<Run> {
  const names = Object.keys(scripts);
  const { tree, files } = await plantFiles(names, { sidecarKinds, areDuplicates });
  const cancel = new AbortController();
  const linkedin = new FakeLinkedIn({
    scripts: { ...scripts, earlier: [earlier] },
    // A request does not name its file, so each file has its own size.
    nameOf: ({ sizeBytes }) => names[sizeBytes - FIRST_SIZE] ?? 'nobody',
    serverNow: () => clock.epochMs(),
    prepare,
  });
  const plan = planUploads(
    {
      api,
      owner: 'urn:li:person:abc',
      ownerKind: 'person',
      recipe: 'auto',
      imageUpload: 'synchronous',
      multipartThresholdBytes: 200_000_000,
      waitMs,
      readsArtifacts,
    },
    files,
    cache,
  );
  const ledger = new Ledger(plan, clock);
  const { signal } = cancel;
  const steps = { waitMs, readsArtifacts };
  let isOver = false;
  const over = uploadFiles(
    ledger,
    { concurrency, ...steps },
    {
      linkedin,
      clock,
      signal,
      open,
      limit: limit ? new CallLimit({ ...limit, steps, clock, signal }) : null,
    },
  ).then(() => {
    isOver = true;
  });
  const finish = async () => {
    while (!isOver) await clock.advance(STEP_MS);
    await over;
  };
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await clock.advance(0);
  };
  const of = (name: string) => ledger.entry(names.indexOf(name));
  return { ledger, clock, linkedin, cancel, finish, until, at: tree.at, of };
}

async function plantFiles(
  names: readonly string[],
  { sidecarKinds, areDuplicates }: Pick<Settings, 'sidecarKinds' | 'areDuplicates'>,
) {
  const contentOf = (index: number) => Buffer.alloc(FIRST_SIZE + index, index);
  const contents = names.flatMap((name, index) => [
    [name, contentOf(areDuplicates ? 0 : index)],
    ...sidecarKinds.map((kind) => [`${name}.${kind}`, `${kind} of ${name}`]),
  ]);
  const tree = await plant(Object.fromEntries(contents));
  const files = names.map(async (path, index): Promise<MediaFile> => {
    const sha256 = digestOf(contentOf(areDuplicates ? 0 : index));
    const sidecars = await Promise.all(
      sidecarKinds.map(async (kind) => [kind, await sidecarAt(tree, `${path}.${kind}`)]),
    );
    return mediaFile(path, {
      ...(await inspect(tree, path)),
      ...(sidecarKinds.length === 0
        ? { media: { ...IMAGE, sha256 } }
        : { media: VIDEO, sidecars: Object.fromEntries(sidecars) }),
    });
  });
  return { tree, files: await Promise.all(files) };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function sidecarAt(tree: Tree, path: string): Promise<Sidecar> {
  return { path, mediaType: 'application/x-subrip', ...(await inspect(tree, path)) };
}

async function inspect(
  tree: Tree,
  path: string,
): Promise<{ absolutePath: string; identity: FileIdentity; sizeBytes: number }> {
  const absolutePath = tree.at(path);
  const bytes = await openForInspection(absolutePath, path);
  await bytes.close();
  return { absolutePath, identity: bytes.identity, sizeBytes: bytes.sizeBytes };
}

/** File → its state and, when there is one, the code of its error. */
export function endsOf({ ledger }: Run): Record<string, string> {
  return Object.fromEntries(
    ledger.entries.map(({ planned, state, error }) => [planned.file.path, `${state}${codeOf(error)}`]),
  );
}

function codeOf(error: ActionError | null): string {
  return error === null ? '' : ` ${error.code}`;
}

export const fails = (error: unknown) => () => Promise.reject(error);
export const startsWith = (word: string) => (line: string) => line.startsWith(word);
export const identityOf = (name: string, session = 1) => toMediaIdentity(urnOf(name, session), 'image');

/** `count` files named a, b, c, … of one script each. */
export function filesOf(count: number, script: Script = {}): Scripts {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [String.fromCharCode(97 + index), [script]]),
  );
}

/** The same `script` for `count` files named f0, f1, … */
export function manyFiles(count: number, script: Script = {}): Scripts {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, [script]]));
}

/** A promise that stays pending until the test opens it. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { pass: () => promise, open: () => resolve() };
}
