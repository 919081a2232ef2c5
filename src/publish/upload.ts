// From a file to an upload that LinkedIn holds: register, transfer, complete. One session; whether there is another
// one is not decided here.

import type { Clock } from '../deps.ts';
import { type ActionError, asActionError, ReplyShapeError } from '../errors.ts';
import {
  type Extra,
  type FailedReading,
  identify,
  type LinkedIn,
  type Receipt,
  type SessionRequest,
  type UploadSession,
} from '../linkedin/session.ts';
import { type Open, openBytes } from '../media/bytes.ts';
import type { MediaFile, Sidecar } from '../media/media-file.ts';
import type { Attempts } from './attempts.ts';
import { BufferPool } from './body.ts';
import type { Ledger } from './ledger.ts';
import { type LazyFile, lazily, openPatiently, unchanged } from './opening.ts';
import { stopped } from './outcome.ts';
import { Probe } from './probe.ts';
import type { Traffic } from './traffic.ts';
import { transfer } from './transfer.ts';

interface UploadsOptions {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly traffic: Traffic;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open?: Open;
  /** Hears how each registration ended while its place is still held: the next one must know. */
  readonly onRegistration: (error: ActionError | null) => void;
}

const REGISTER_TRIES = 5;
const LOST_REGISTRATIONS = 2;
const COMPLETE_TRIES = 4;

export class Uploads {
  readonly #options: UploadsOptions;
  readonly #pool = new BufferPool();
  readonly #open: Open;
  /** Which file has which URN. */
  readonly #owners = new Map<string, number>();

  constructor(options: UploadsOptions) {
    this.#options = options;
    this.#open = openPatiently(options);
  }

  /** @throws what LinkedIn, the network or the file refuse; the ledger keeps every URN that came before */
  async upload(index: number): Promise<Upload> {
    const { ledger, traffic, signal, linkedin } = this.#options;
    const { file, request } = ledger.entry(index).planned;
    if (request === null) throw new RangeError('a refused file cannot be published');
    const attempts = traffic.attempts.telling((repeat) =>
      ledger.record(index, { kind: 'repeat', ...repeat }),
    );
    const leaveBerth = await traffic.berths.enter(index);
    const media = lazily(() => openBytes(file, this.#open));
    try {
      const session = await this.#register(index, { request, media, attempts });
      const probe = new Probe(this.#options, session.query);
      const receipts = await transfer({
        session,
        sizeBytes: request.sizeBytes,
        file: unchanged(media),
        openExtra: (kind) => openBytes(sidecarOf(file, kind), this.#open),
        lane: traffic.puts,
        attempts,
        pool: this.#pool,
        signal,
        serverNow: () => linkedin.serverNow(),
        onSent: (bytes) => ledger.record(index, { kind: 'sent', bytes }),
        isUploadHeld: () => probe.lookTwice(),
        onLastAdmitted: leaveBerth,
      });
      if (probe.failure === null) await this.#complete(index, { session, receipts, attempts, probe });
      const processedOnUpload = session.processedOnUpload && isCreated(receipts);
      return { session: { ...session, processedOnUpload }, failure: probe.failure };
    } finally {
      leaveBerth();
      // Closed after a transfer; where there was none, the word of LinkedIn does not wait for the disk.
      void media.close();
    }
  }

  #register(index: number, { request, media, attempts }: Registration): Promise<UploadSession> {
    const { ledger, traffic } = this.#options;
    return attempts.run(() => this.#openSession(index, request, media), {
      lane: traffic.calls,
      key: index,
      limit: REGISTER_TRIES,
      // LinkedIn takes no key that would make two registrations one: each lost answer may have left another.
      lostLimit: LOST_REGISTRATIONS,
      onLost: () => ledger.record(index, { kind: 'possible-orphan' }),
    });
  }

  async #openSession(index: number, request: SessionRequest, media: LazyFile): Promise<UploadSession> {
    const { ledger, linkedin, signal, onRegistration } = this.#options;
    if (ledger.stopReason !== null) throw stopped('not registered', ledger.stopReason);
    ledger.record(index, { kind: 'registering' });
    // Opened meanwhile, so that its place among the PUTs does not wait for the disk; who sends it hears what failed.
    media.get().catch(() => {});
    try {
      const session = await linkedin.openSession(request);
      this.#assertOwn(index, session);
      ledger.record(index, { kind: 'registered', identity: session.identity, parts: session.parts.length });
      onRegistration(null);
      return session;
    } catch (thrown) {
      const error = asActionError(thrown);
      this.#keepUrn(index, request, error);
      if (!signal.aborted) onRegistration(error);
      throw error;
    }
  }

  /** Two files in one asset would both be told as published, and only one of them would be. */
  #assertOwn(index: number, { identity: { urn } }: UploadSession): void {
    const owner = this.#owners.get(urn) ?? index;
    this.#owners.set(urn, owner);
    if (owner === index) return;
    const { path } = this.#options.ledger.entry(owner).planned.file;
    throw new ReplyShapeError('REPLY_SHAPE', `LinkedIn gave ${urn} again, which belongs to ${path}`);
  }

  /** A registration can fail and still have given a URN, or have been heard when the run was cancelled under way. */
  #keepUrn(index: number, { kind }: SessionRequest, { urn }: ActionError): void {
    const { ledger, signal } = this.#options;
    if (urn !== undefined)
      ledger.record(index, { kind: 'registered', identity: identify(urn, kind), parts: 0 });
    else if (signal.aborted) ledger.record(index, { kind: 'possible-orphan' });
  }

  /** A completion that was heard, though its answer was lost, shows in the status. */
  async #complete(index: number, { session, receipts, attempts, probe }: Completion): Promise<void> {
    const { completions } = this.#options.traffic;
    const { complete } = session;
    if (complete === null) return;
    await attempts.run(() => complete(receipts).then(() => true), {
      lane: completions,
      key: index,
      limit: COMPLETE_TRIES,
      probe: async () => (await probe.look()) || null,
    });
  }
}

/** One session, and all that was sent in it. */
interface Upload {
  readonly session: UploadSession;
  /** Set when an answer was lost and the status then was a failure: that is no proof of an upload. */
  readonly failure: FailedReading | null;
}

interface Registration {
  readonly request: SessionRequest;
  readonly media: LazyFile;
  readonly attempts: Attempts;
}

interface Completion {
  readonly session: UploadSession;
  readonly receipts: readonly Receipt[];
  readonly attempts: Attempts;
  readonly probe: Probe;
}

// What else counts as stored, a lost answer among it, tells nothing of the processing.
function isCreated(receipts: readonly Receipt[]): boolean {
  return receipts.every(({ status }) => status === 201);
}

/** What LinkedIn was told to expect with a video. */
function sidecarOf({ path, sidecars }: MediaFile, kind: Extra['kind']): Sidecar {
  const sidecar = sidecars?.[kind];
  if (sidecar === undefined) throw new RangeError(`${path} has no ${kind}`);
  return sidecar;
}
