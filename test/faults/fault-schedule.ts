// A fault schedule as data: which files, under which conditions, and which faults. It is plain JSON, so that a schedule
// that failed can be kept in regressions/.

import type { ApiName } from '../../src/linkedin/session.ts';
import type { RequestKind } from '../support/github-contents.ts';
import type { CallName } from './call-name.ts';
import type { EarlierUpload } from './earlier-uploads.ts';
import type { FaultTarget } from './fault-kind.ts';
import type { TokenSource } from './token-source.ts';

/** How a file is sent: a picture, a document (media API only), a video in one request (Assets API only) or in parts. */
export type Form = 'picture' | 'deck' | 'clip' | 'film';

export interface ScheduledFile {
  readonly form: Form;
  readonly sizeBytes: number;
  /** Sidecars of a video; only the media API takes them. */
  readonly sidecars: readonly ('captions' | 'thumbnail')[];
  /** Number of further files with the same bytes. They come after all other files; disk faults do not strike them. */
  readonly copies?: number;
  /** Upload of the same bytes in an earlier run; absent if there was none. */
  readonly earlier?: EarlierUpload;
}

/** A fault without the file whose calls it strikes. */
export interface Fault {
  readonly on: FaultTarget;
  /** The first call it strikes, counted from 1 over the calls that match. */
  readonly nth: number;
  /** How many calls in a row. */
  readonly times: number;
  readonly kind: string;
  /** Whether LinkedIn carries the call out although its true response does not arrive. */
  readonly isApplied: boolean;
}

export interface ScheduledFault extends Fault {
  /** Index of the file whose calls it strikes; null for any call. Token calls belong to no file. */
  readonly file: number | null;
}

/** All calls fail for some seconds. A schedule with a short outage has no other faults. */
export interface ShortOutage {
  /** Null: every call. */
  readonly on: CallName | null;
  /** The call at which it begins, counted from 1 over the calls that match. */
  readonly nth: number;
  readonly forMs: number;
  readonly kind: string;
}

/** A fault of GitHub. */
export interface BranchFault {
  readonly on: RequestKind;
  /** The first request of this kind that it strikes, counted from 1. */
  readonly nth: number;
  /** How many requests in a row. */
  readonly times: number;
  readonly kind: string;
}

/** A manifest on a branch. */
export interface BranchSchedule {
  /** Whether the branch is created by the run. Then the earlier uploads are in the workspace. */
  readonly isMissing: boolean;
  /** The number of jobs that share it. */
  readonly shards: number;
  /** Maximum time that a request to GitHub takes, each way. */
  readonly latencyMs: number;
  readonly faults: readonly BranchFault[];
}

export interface FaultSchedule {
  /** Of what is drawn while the schedule runs: delays, jitter and echoed secrets. */
  readonly seed: number;
  readonly api: ApiName;
  readonly token: TokenSource;
  readonly imageUpload: 'synchronous' | 'asynchronous';
  readonly files: readonly ScheduledFile[];
  readonly partSizeBytes: number;
  readonly concurrency: number;
  readonly waitMinutes: number;
  readonly readsArtifacts: boolean;
  readonly processingMs: number;
  /** Maximum time that a call takes, each way. */
  readonly latencyMs: number;
  /** LinkedIn's clock minus the runner's. */
  readonly skewMs: number;
  readonly faults: readonly ScheduledFault[];
  readonly shortOutage?: ShortOutage;
  /** Absent if the manifest is a file in the workspace. */
  readonly branch?: BranchSchedule;
  /** At the nth event on the wire, or at a moment in time. */
  readonly cancel: { readonly step: number } | { readonly atMs: number } | null;
}

/** For each file of the run, the scheduled file whose bytes it has. Copies come last. */
export function contentsOf({ files }: Pick<FaultSchedule, 'files'>): number[] {
  return [
    ...files.keys(),
    ...files.flatMap(({ copies = 0 }, file) => Array.from({ length: copies }, () => file)),
  ];
}
