// Draws one round of kills from a seed: the files, how slow LinkedIn is, when which signal is sent. Pure.

import { Prng } from '../faults/prng.ts';
import { box, ftyp, gif, moov, png, pngChunk } from '../support/media.ts';

export type KillSignal = 'SIGKILL' | 'SIGINT' | 'SIGTERM';

export interface Kill {
  readonly signal: KillSignal;
  /** The counter at LinkedIn that triggers the signal when it reaches `at`; `time` triggers at the start of the run. */
  readonly count: 'time' | 'requests' | 'bytes';
  readonly at: number;
  /** From the trigger until the signal is sent. */
  readonly delayMs: number;
  /** From the signal to a second one, SIGTERM; null for no second signal. */
  readonly againAfterMs: number | null;
}

export interface KillPlan {
  readonly seed: number;
  readonly api: 'assets' | 'media';
  readonly imageUpload: 'synchronous' | 'asynchronous';
  readonly concurrency: number;
  readonly processingMs: number;
  /** The maximum delay of each answer. */
  readonly slowMs: number;
  /** Path → bytes; some files hold the same bytes. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** One run each; a last run ends by itself. */
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

/** Draws points over the whole run, also before the first call and near its end. A later run has less to do. */
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

/** Random bytes, so that bytes in the wrong place change a digest. */
function noise(prng: Prng, sizeBytes: number): Buffer {
  const words = Uint32Array.from({ length: Math.ceil(sizeBytes / 4) }, () => prng.next() * 2 ** 32);
  return Buffer.from(words.buffer, 0, sizeBytes);
}
