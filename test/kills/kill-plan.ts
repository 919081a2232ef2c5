// One round of kills, drawn from a seed: which files, how slow a LinkedIn, when which signal comes. Pure.

import { Prng } from '../faults/prng.ts';
import { box, ftyp, gif, moov, png, pngChunk } from '../support/media.ts';

export type KillSignal = 'SIGKILL' | 'SIGINT' | 'SIGTERM';

export interface Kill {
  readonly signal: KillSignal;
  /** What is counted at LinkedIn from the start of the run until the signal is due; `time` counts nothing. */
  readonly count: 'time' | 'requests' | 'bytes';
  readonly at: number;
  /** From then on until the signal is sent. */
  readonly delayMs: number;
  /** Until SIGTERM comes after it; null when it does not. */
  readonly againAfterMs: number | null;
}

export interface KillPlan {
  readonly seed: number;
  readonly api: 'assets' | 'media';
  readonly imageUpload: 'synchronous' | 'asynchronous';
  readonly concurrency: number;
  readonly processingMs: number;
  /** Each answer is late by up to so much. */
  readonly slowMs: number;
  /** Path → bytes; some are the same bytes under two names. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** One run each; the run after the last is left to end by itself. */
  readonly kills: readonly Kill[];
}

const CALLS_A_FILE = 2.5;
const PART_BYTES = 400_000;

export function fromSeed(seed: number): KillPlan {
  const prng = new Prng(seed);
  const files = drawFiles(prng);
  const sizes = Object.values(files).map((bytes) => bytes.length);
  const all = {
    requests: sizes.reduce((sum, size) => sum + CALLS_A_FILE + size / PART_BYTES, 0),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
  return {
    seed,
    api: prng.pick(['assets', 'media']),
    imageUpload: prng.pick(['synchronous', 'asynchronous']),
    concurrency: prng.between(1, 4),
    processingMs: prng.pick([0, 200, 800]),
    slowMs: prng.pick([0, 30, 120]),
    files,
    kills: Array.from({ length: prng.isLucky(0.3) ? 2 : 1 }, (_, index) => drawKill(prng, all, index)),
  };
}

/** Points all over the run, in its last quiet second too; some before the first call. A later run has less to do. */
function drawKill(prng: Prng, all: { requests: number; bytes: number }, runsBefore: number): Kill {
  const signal = prng.pick<KillSignal>(['SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM']);
  const count = prng.pickBy<Kill['count']>(['time', 'requests', 'bytes'], (one) => (one === 'time' ? 1 : 5));
  return {
    signal,
    count,
    at: count === 'time' ? 0 : prng.between(1, Math.ceil(all[count] / 3 ** runsBefore)),
    delayMs: prng.between(0, count === 'time' ? 800 : 400),
    againAfterMs: signal !== 'SIGKILL' && prng.isLucky(0.3) ? prng.between(0, 60) : null,
  };
}

function drawFiles(prng: Prng): Record<string, Uint8Array> {
  const pictures = Array.from({ length: prng.between(2, 5) }, (_, index): [string, Buffer] => [
    `media/${index}.png`,
    png({ width: 3, height: index + 1 }, [pngChunk('teXt', noise(prng, prng.between(1000, 300_000)))]),
  ]);
  const others: [string, Buffer][] = [
    ['media/clip.mp4', video(noise(prng, prng.between(80_000, 200_000)))],
    ['media/film.mp4', video(noise(prng, prng.between(1_000_000, 2_400_000)))],
    ['media/loop.gif', gif({ frames: prng.between(2, 60) })],
  ];
  const files = [...pictures, ...others];
  const twins = Array.from({ length: prng.between(0, 2) }, (_, index): [string, Buffer] => {
    const [path, bytes] = prng.pick(files);
    return [`media/${prng.pick(['a', 'z'])}-twin-${index}.${path.split('.').at(-1)}`, bytes];
  });
  return Object.fromEntries([...files, ...twins]);
}

function video(data: Buffer): Buffer {
  return Buffer.concat([ftyp(), box('mdat', data), moov()]);
}

/** No two pieces alike, so that bytes in the wrong place show. */
function noise(prng: Prng, sizeBytes: number): Buffer {
  const words = Uint32Array.from({ length: Math.ceil(sizeBytes / 4) }, () => prng.next() * 2 ** 32);
  return Buffer.from(words.buffer, 0, sizeBytes);
}
