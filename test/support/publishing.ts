// Runs the upload action on a workspace with media against a sandbox: its program in this process, or the built action.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ResultRow } from '../../src/report/uploads/result-row.ts';
import type { AssetReport } from '../../src/sandbox/asset.ts';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { type LinkedInOptions, startLinkedIn } from '../world/linkedin-faults.ts';
import { writeFiles } from './folders.ts';
import { runAction, runProgram, type StepRequest, type StepRun } from './runner.ts';

export const OWNER = 'urn:li:organization:24141830';
export const TOKEN = 'AQX-canary-token-7f3e9d_2b';

const SAMPLES = resolve(import.meta.dirname, '../../samples');

export type Content = string | Uint8Array | { readonly sample: string };

/** Creates a folder with `files`; it is removed at the end of the test run. */
export async function makeWorkspace(files: Readonly<Record<string, Content>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'workspace-'));
  const contents = Object.entries(files).map(([path, content]) => {
    const isSample = typeof content === 'object' && 'sample' in content;
    return [path, isSample ? readFileSync(join(SAMPLES, content.sample)) : content] as const;
  });
  writeFiles(folder, new Map(contents));
  return folder;
}

/** The sample media, listed in another order than they sort. */
export const MEDIA: Readonly<Record<string, Content>> = {
  'media/team.jpg': { sample: 'team.jpg' },
  'media/clips/launch.mp4': { sample: 'launch.mp4' },
  'media/hero.png': { sample: 'hero.png' },
  'media/spinner.gif': { sample: 'spinner.gif' },
};

export interface Publishing {
  readonly sandbox: Sandbox;
  readonly run: StepRun;
}

interface PublishingRequest extends Partial<Omit<StepRequest, 'inputs'>> {
  readonly files?: Readonly<Record<string, Content>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly sandboxOptions?: LinkedInOptions;
  /** Wraps the handler of the sandbox. */
  readonly around?: (handle: SandboxHandler) => SandboxHandler;
}

/** Runs the program once, in `mode: publish`, against a new sandbox that accepts only `TOKEN`. */
export async function publish(
  request: PublishingRequest = {},
  start = runProgram,
): Promise<Publishing> {
  const { files = MEDIA, inputs = {}, sandboxOptions = {}, around, ...step } = request;
  const sandbox = await startLinkedIn({ token: TOKEN, processingMs: 0, ...sandboxOptions }, around);
  try {
    const run = await start({
      workspace: step.workspace ?? (await makeWorkspace(files)),
      ...step,
      inputs: {
        'access-token': TOKEN,
        owner: OWNER,
        files: 'media/**',
        'api-url': sandbox.url,
        ...inputs,
      },
    });
    return { sandbox, run };
  } finally {
    await sandbox.close();
  }
}

/** The same with the built action, as a process. */
export async function publishBuilt(request: PublishingRequest = {}): Promise<Publishing> {
  return await publish(request, runAction);
}

/** Whether the asset holds exactly `bytes`: as a whole, or in ranges without a gap. */
export function arrivedWhole(
  { sizeBytes, sha256: all, partDigests }: AssetReport,
  bytes: Uint8Array,
): boolean {
  const whole = { firstByte: 0, lastByte: sizeBytes - 1, sha256: all };
  const ranges =
    partDigests.length === 0 ? [whole] : partDigests.toSorted((a, b) => a.firstByte - b.firstByte);
  const isRight = ({ firstByte, lastByte, sha256 }: typeof whole, index: number) =>
    firstByte === (ranges[index - 1]?.lastByte ?? -1) + 1 &&
    sha256 === digest(bytes.subarray(firstByte, lastByte + 1));
  return sizeBytes === bytes.length && ranges.every(isRight);
}

export function digest(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function rowsOf(run: StepRun): ResultRow[] {
  return run.json<ResultRow[]>('results');
}

/** File → state, or the code of its error. */
export function endsOf(run: StepRun): Record<string, string> {
  return Object.fromEntries(rowsOf(run).map((row) => [row.file, row.error?.code ?? row.state]));
}
