// The state of the sandbox: every asset, every address handed out, what was called and what was refused.
// Knows nothing of HTTP and no rule of LinkedIn's; the routes decide, this remembers.

import { planSlots } from './addresses.ts';
import { Asset, type AssetReport, type Registration, type Slot } from './asset.ts';
import { type CallKind, type SandboxOptions, type SandboxSettings, settle } from './options.ts';
import { Trouble } from './trouble.ts';

export type CallCounts = Readonly<Record<CallKind, number>>;

export interface RefusedCall {
  /** Null where the path or action is none of LinkedIn's. */
  readonly kind: CallKind | null;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly reason: string;
}

export class SandboxModel {
  readonly settings: SandboxSettings;
  readonly trouble: Trouble;
  readonly #assets = new Map<string, Asset>();
  readonly #slots = new Map<string, { asset: Asset; slot: Slot }>();
  readonly #calls: Record<CallKind, number> = { register: 0, upload: 0, complete: 0, status: 0 };
  readonly #log: RefusedCall[] = [];
  #uploadsNow = 0;
  #peakUploads = 0;

  constructor(options: SandboxOptions = {}) {
    this.settings = settle(options);
    this.trouble = new Trouble(this.settings.trouble);
  }

  /** In the order they were registered. */
  assets(): AssetReport[] {
    const now = this.now();
    return [...this.#assets.values()].map((asset) => asset.report(now));
  }

  /** How many calls came of each kind, the refused ones included. */
  calls(): CallCounts {
    return { ...this.#calls };
  }

  /** Every refused call and why, without tokens and queries. */
  get log(): readonly RefusedCall[] {
    return this.#log;
  }

  /** The most PUTs that were under way at once. */
  get peakUploads(): number {
    return this.#peakUploads;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.settings.clock.now();
  }

  assetById(id: string): Asset | undefined {
    return this.#assets.get(id);
  }

  /** The asset and slot of an upload address (path and query), if it was handed out. */
  slotAt(address: string): { asset: Asset; slot: Slot } | undefined {
    return this.#slots.get(address);
  }

  register(registration: Registration): Asset {
    const { partSizeBytes, processingMs, urlLifeMs } = this.settings;
    const createdAt = this.now();
    const id = this.#nextId(registration);
    const slots = planSlots({ id, registration, partSizeBytes, expiresAt: createdAt + urlLifeMs });
    const metadata = registration.mechanism === 'MULTIPART_UPLOAD' ? metadataOf(id, slots.length) : null;
    const asset = new Asset({ id, registration, slots, metadata, createdAt, processingMs });
    this.#assets.set(id, asset);
    for (const slot of slots) this.#slots.set(slot.address, { asset, slot });
    return asset;
  }

  countCall(kind: CallKind): void {
    this.#calls[kind] += 1;
  }

  logRefusal(call: RefusedCall): void {
    this.#log.push(call);
  }

  /** Runs a PUT and counts it among those under way. */
  async whileUploading<T>(put: () => Promise<T>): Promise<T> {
    this.#uploadsNow += 1;
    this.#peakUploads = Math.max(this.#peakUploads, this.#uploadsNow);
    try {
      return await put();
    } finally {
      this.#uploadsNow -= 1;
    }
  }

  /** Ids look like LinkedIn's behind a prefix that does not, and count up, so that runs can be compared. */
  #nextId({ family }: Registration): string {
    const number = String(this.#assets.size + 1).padStart(6, '0');
    return `${this.settings.idPrefix}-${family === 'VIDEO' ? 'C5605AQ' : 'C5622AQ'}${number}`;
  }
}

/** Opaque to clients; in plain base64, so that one that trims or decodes it is found out. */
function metadataOf(id: string, parts: number): string {
  const told = {
    bucketName: 'sandbox-video-uploads',
    keyName: `${id}/userUploadedVideo`,
    uploadId: `${id}?>~`,
    parts,
  };
  return Buffer.from(JSON.stringify(told)).toString('base64');
}
