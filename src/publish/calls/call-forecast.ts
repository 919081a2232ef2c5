// The API calls that files still need until they are settled, if LinkedIn needs no more than the usual time and no call
// fails. Observes in the run how statuses are read.

import { API_TRAITS, type LinkedIn, type SessionRequest, type StatusQuery } from '../../linkedin/session.ts';
import type { FileEvent, FileState } from '../file-state.ts';
import { countReads, type PostUploadSteps } from './request-estimate.ts';

interface CallForecastOptions extends PostUploadSteps {
  /** How many files are uploaded at once. */
  readonly concurrency: number;
  readonly linkedin: Pick<LinkedIn, 'readsTogether'>;
}

interface PlannedState extends FileState {
  readonly request: SessionRequest;
}

export class CallForecast {
  readonly #options: CallForecastOptions;
  /** The APIs and kinds of which a status was read: in one call for many files, where LinkedIn allows it. */
  readonly #readKinds = new Set<string>();
  /** Those whose statuses the token may not read. */
  readonly #unreadableKinds = new Set<string>();
  /** Whether LinkedIn has responded to a synchronous upload before it processed the file. */
  #readsSynchronous = false;

  constructor(options: CallForecastOptions) {
    this.#options = options;
  }

  /** Observes an event of the run. */
  observe(entry: FileState, event: FileEvent): void {
    const { planned, isUploaded } = entry;
    const { request } = planned;
    if (request === null) return;
    if (event.kind === 'status') {
      this.#readKinds.add(kindOf(request));
      if (request.mechanism === 'synchronous' && isUploaded) this.#readsSynchronous = true;
    } else if (event.kind === 'settled' && isUnreadable(entry)) this.#unreadableKinds.add(kindOf(request));
  }

  isUnreadable(kind: Kind): boolean {
    return this.#unreadableKinds.has(kindOf(kind));
  }

  /**
   * Whether the first status read of this kind should come before another file starts, because it may show that the
   * token may not read statuses. Videos do not wait: their upload may take long.
   */
  readsFirst(entry: FileState): boolean {
    const { request } = entry.planned;
    if (request === null || this.#readKinds.has(kindOf(request))) return false;
    return (
      (request.kind !== 'video' || needsStatusRead(entry)) && this.#reads({ ...entry, request }, false) > 0
    );
  }

  /** For all of `entries` together, because files of a kind may share status reads. */
  callsToSettle(entries: readonly FileState[]): number {
    const files = entries.flatMap((entry) => {
      const { request } = entry.planned;
      return request === null ? [] : { ...entry, request };
    });
    const kinds = Map.groupBy(files, ({ request }) => kindOf(request));
    return sum([...kinds.values()].map((group) => this.#callsOfKind(group)));
  }

  #callsOfKind(files: readonly PlannedState[]): number {
    const otherCalls = sum(files.map((file) => this.#otherCalls(file)));
    const [{ request } = { request: null }] = files;
    if (request === null) return otherCalls;
    if (this.#readsTogether(request)) return otherCalls + this.#sharedReads(files);
    const reads = sum(files.map((file) => this.#reads(file, false)));
    const isFirstRead = API_TRAITS[request.api].statusBatch > 1 && !this.#readKinds.has(kindOf(request));
    if (reads === 0 || !isFirstRead) return otherCalls + reads;
    // LinkedIn may reject the first read of many files, or accept it; then statuses are read more often.
    return otherCalls + Math.max(1 + reads, this.#sharedReads(files));
  }

  #sharedReads(files: readonly PlannedState[]): number {
    const reads = files.map((file) => this.#reads(file, true)).filter((count) => count > 0);
    const [{ request } = { request: null }] = files;
    if (request === null || reads.length === 0) return 0;
    // A read that is due for another file may come just after the upload of the last one: it is one more.
    const readsOfLast = Math.max(...reads) + (reads.length > 1 ? 1 : 0);
    const calls = Math.ceil(reads.length / API_TRAITS[request.api].statusBatch);
    // While the last file waits for its turn, those before it are read: about once for each upload of a slot.
    const before = Math.max(0, files.filter(({ stage }) => stage === 'waiting').length - 1);
    return Math.max(readsOfLast * calls, readsOfLast + Math.floor(before / this.#options.concurrency));
  }

  /** Only after LinkedIn has accepted a read of many files. */
  #readsTogether(request: Kind): boolean {
    return this.#readKinds.has(kindOf(request)) && this.#options.linkedin.readsTogether(request);
  }

  #reads(file: PlannedState, readsTogether: boolean): number {
    const { request, stage } = file;
    const { waitMs } = this.#options;
    // A file that is already waited for is read once.
    if (this.isUnreadable(request)) return stage === 'uploaded' ? 1 : 0;
    const polls = countReads(request, readsTogether, waitMs);
    // The upload of an earlier run is read at once, whatever the wait.
    if (needsStatusRead(file)) return 1 + polls;
    const isProcessedOnUpload = request.mechanism === 'synchronous' && !this.#readsSynchronous;
    return isProcessedOnUpload && stage !== 'uploaded' ? 0 : polls;
  }

  #otherCalls(file: PlannedState): number {
    const { request, stage } = file;
    const { statusIncludesArtifacts } = API_TRAITS[request.api];
    const artifacts = this.#options.readsArtifacts && !statusIncludesArtifacts ? 1 : 0;
    const completion = request.mechanism === 'multipart' ? 1 : 0;
    if (stage === 'uploaded') return artifacts;
    return (stage === 'registered' || stage === 'uploading' ? 0 : 1) + completion + artifacts;
  }
}

type Kind = Pick<StatusQuery, 'api' | 'kind'>;

function kindOf({ api, kind }: Kind): string {
  return `${api} ${kind}`;
}

/** Whether the file is an upload of an earlier run, whose status is read. */
function needsStatusRead({ stage, isUploaded }: FileState): boolean {
  return stage === 'uploaded' && !isUploaded;
}

/** Whether the file settled without a status because the token may not read it. */
function isUnreadable({ state, status, planned: { cacheHit } }: FileState): boolean {
  const isRestored =
    cacheHit !== undefined && 'restored' in cacheHit && cacheHit.restored.state !== 'available';
  return state === 'unverified' || (state === 'reused' && isRestored && status === null);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
