// How many API calls a file costs, which LinkedIn limits per day. Counted by the sandbox.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox } from '../src/sandbox/server.ts';
import { mp4 } from '../test/support/media.ts';
import { writeImages } from './fixtures.ts';
import { figureOf, type Result } from './ratios.ts';
import type { Stage } from './stage.ts';

const IMAGES = 100;
const VIDEOS = 10;
const IMAGE_BYTES = 20_000;
const VIDEO_BYTES = 30_000;

interface Case {
  readonly api: 'assets' | 'media';
  readonly kind: 'images' | 'videos';
  readonly processingMs: number;
  readonly most: number;
}

// A synchronous image takes one call, and the run may read one status. LinkedIn's time for a video is longer, but with
// `api: media` one call reads all of them.
const CASES: readonly Case[] = [
  { api: 'assets', kind: 'images', processingMs: 2000, most: 1.01 },
  { api: 'media', kind: 'images', processingMs: 2000, most: 1.05 },
  { api: 'assets', kind: 'videos', processingMs: 5000, most: 7 },
  { api: 'media', kind: 'videos', processingMs: 5000, most: 2.5 },
];

export async function callsPerFile(stage: Stage): Promise<Result[]> {
  const workspaces = {
    images: join(stage.folder, 'calls-images'),
    videos: join(stage.folder, 'calls-videos'),
  };
  writeImages(join(workspaces.images, 'media'), IMAGES, IMAGE_BYTES);
  writeVideos(join(workspaces.videos, 'media'));
  const results: Result[] = [];
  for (const { api, kind, processingMs, most } of CASES) {
    const files = kind === 'images' ? IMAGES : VIDEOS;
    const calls = await countCalls(stage, { api, processingMs, workspace: workspaces[kind] });
    results.push({
      id: `calls-${api}-${kind}`,
      what: `\`api: ${api}\`: API calls for each of ${files} ${kind}, which LinkedIn processes for ${processingMs / 1000} s`,
      figure: figureOf([calls / files]),
      unit: '',
      aim: { most },
    });
  }
  return results;
}

interface Sending extends Pick<Case, 'api' | 'processingMs'> {
  readonly workspace: string;
}

async function countCalls(
  stage: Stage,
  { api, processingMs, workspace }: Sending,
): Promise<number> {
  const sandbox = await startSandbox({ processingMs });
  try {
    await stage.run(
      await stage.action({ files: 'media/*', api, 'api-url': sandbox.url }, workspace),
    );
    const { register, complete, status } = sandbox.model.calls();
    return register + complete + status;
  } finally {
    await sandbox.close();
  }
}

function writeVideos(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < VIDEOS; index += 1)
    writeFileSync(join(folder, `${index}.mp4`), mp4({ dataBytes: VIDEO_BYTES + index }));
}
