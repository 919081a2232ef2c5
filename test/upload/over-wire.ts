// Real files published over real sockets to a test server; only the delays of the run are virtual.

import { Agent, type buildConnector } from 'undici';
import { onTestFinished } from 'vitest';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import { inspectFile } from '../../src/media/inspect.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { Secret } from '../../src/secret.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { planUploads } from '../../src/upload/plan.ts';
import { uploadFiles } from '../../src/upload/upload-files.ts';
import { plant } from '../media/tree.ts';
import { TestClock } from '../support/clock.ts';
import { box, ftyp, moov } from '../support/media.ts';

export const OWNER = 'urn:li:organization:24141830';
export const WIRE_TOKEN = 'test-token';
const THRESHOLD = 1_000_000;

/** A plausible video of about `sizeBytes` without repeated content. */
export function video(sizeBytes: number): Buffer {
  const data = Buffer.alloc(sizeBytes);
  for (let at = 0; at + 4 <= sizeBytes; at += 4) data.writeUInt32LE(Math.imul(at + 1, 0x9e3779b1) >>> 0, at);
  return Buffer.concat([ftyp(), box('mdat', data), moov()]);
}

interface Target {
  readonly url: string;
  readonly model: SandboxModel;
}

interface Way {
  readonly concurrency?: number;
  readonly connect?: buildConnector.connector;
}

/** Publishes `files` in the order of their names; videos of 1 MB or more go in parts. */
export async function publishOverWire(
  files: Readonly<Record<string, Buffer>>,
  { url, model }: Target,
  { concurrency = 3, connect }: Way = {},
) {
  const tree = await plant(files);
  const dispatcher = new Agent({ allowH2: false, pipelining: 1, ...(connect ? { connect } : {}) });
  onTestFinished(() => dispatcher.destroy());
  const names = Object.keys(files);
  const inspected = await Promise.all(names.map((name) => inspectFile(tree.at(name), name)));
  const waitMs = 600_000;
  const plan = planUploads(
    {
      api: 'assets',
      owner: OWNER,
      ownerKind: 'organization',
      recipe: 'auto',
      imageUpload: 'synchronous',
      multipartThresholdBytes: THRESHOLD,
      waitMs,
      readsArtifacts: false,
    },
    inspected,
  );
  const clock = new TestClock();
  const ledger = new Ledger(plan, clock);
  const { signal } = new AbortController();
  const linkedin = openLinkedIn({
    dispatcher,
    signal,
    // Time passes only for the delays of the run: no idle timeout expires on the wire.
    clock: new TestClock({ epochMs: Date.now() }),
    apiUrl: new URL(url),
    token: new Secret(WIRE_TOKEN),
    version: '202609',
    onRequest: (phase) => ledger.countRequest(phase),
    onSecret: () => {},
  });
  let isOver = false;
  const over = uploadFiles(
    ledger,
    { concurrency, waitMs, readsArtifacts: false },
    { linkedin, clock, signal },
  ).then(() => {
    isOver = true;
  });
  while (!isOver) await clock.advance(clock.waiting > 0 ? 50 : 0);
  await over;
  const entryOf = (name: string) => ledger.entry(names.indexOf(name));
  const assetOf = (name: string) => {
    const id = entryOf(name).identity?.urn.replace('urn:li:digitalmediaAsset:', '');
    const asset = model.assets().find((one) => one.id === id);
    if (asset === undefined) throw new Error(`no asset of ${name}`);
    return asset;
  };
  return { ledger, model, entryOf, assetOf };
}
