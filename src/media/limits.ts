// LinkedIn's published limits on images, their alternative texts, videos and documents. Pure.

import { FileError } from '../errors/action-error.ts';
import { formatNumber, pluralize } from '../format.ts';
import type { Media } from './media-file.ts';

// "Supported image formats" and "GIF":
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
/** Exclusive. */
const IMAGE_PIXELS_BOUND = 36_152_320;
const GIF_FRAMES_MAX = 250;
/** https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26) */
export const ALT_TEXT_MAX = 4086;
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)
/** LinkedIn gives none for images. Ours bounds the time: the largest photos have less than 100 MB. */
export const MEGABYTES_MAX = { image: 200, document: 100 } as const;

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25). The
// page lists these as specifications, and another row allows 5 GB. So they cause a warning, not a rejection.
const VIDEO_BYTES = { min: 75_000, max: 500_000_000 } as const;
const VIDEO_SECONDS = { min: 3, max: 30 * 60 } as const;

/** Called before a file is parsed. @throws FileError FILE_SIZE */
export function checkSize(path: string, kind: keyof typeof MEGABYTES_MAX, sizeBytes: number): void {
  const megabytes = MEGABYTES_MAX[kind];
  if (sizeBytes <= megabytes * 1_000_000) return;
  const limit = `the limit for ${kind}s is ${megabytes} MB`;
  const hint =
    kind === 'image' ? 'Make the image smaller.' : 'Export it with smaller images, or split it.';
  throw new FileError('FILE_SIZE', path, `has ${formatNumber(sizeBytes)} bytes: ${limit}`, {
    hint,
  });
}

/** Returns the first limit that a file exceeds (FILE_PIXELS, FILE_FRAMES), or null. */
export function checkLimits(path: string, media: Media): FileError | null {
  if (media.kind === 'video') return null;
  const { width = 0, height = 0, frames = 0 } = media;
  const pixels = width * height;
  if (pixels >= IMAGE_PIXELS_BOUND) {
    const limit = `LinkedIn accepts fewer than ${formatNumber(IMAGE_PIXELS_BOUND)}`;
    return new FileError(
      'FILE_PIXELS',
      path,
      `has ${formatNumber(pixels)} pixels (${width} x ${height}): ${limit}`,
    );
  }
  if (frames > GIF_FRAMES_MAX) {
    const limit = `LinkedIn accepts at most ${GIF_FRAMES_MAX}`;
    return new FileError('FILE_FRAMES', path, `has ${formatNumber(frames)} frames: ${limit}`);
  }
  return null;
}

/**
 * Warnings about a video outside LinkedIn's specifications. `durationSeconds` is undefined when it is unknown, and so are the sides.
 */
export function videoWarnings(
  sizeBytes: number,
  durationSeconds: number | undefined,
  { width, height }: Pick<Media, 'width' | 'height'> = {},
): string[] {
  const warnings: string[] = [];
  if (sizeBytes < VIDEO_BYTES.min || sizeBytes > VIDEO_BYTES.max) {
    warnings.push(`has ${formatNumber(sizeBytes)} bytes, but LinkedIn asks for 75 KB to 500 MB`);
  }
  if (width !== undefined && height !== undefined && isTooNarrow(width, height))
    warnings.push(
      `is ${width} x ${height} pixels, but LinkedIn asks for a shape from 1:2.4 to 2.4:1`,
    );
  if (durationSeconds === undefined) return warnings;
  if (durationSeconds < VIDEO_SECONDS.min || durationSeconds > VIDEO_SECONDS.max) {
    const length = pluralize(Math.round(durationSeconds * 10) / 10, 'second');
    warnings.push(`is ${length} long, but LinkedIn asks for 3 seconds to 30 minutes`);
  }
  return warnings;
}

/** Whether the longer side has more than 2.4 times the pixels of the shorter one. Computed with whole numbers. */
function isTooNarrow(width: number, height: number): boolean {
  return Math.max(width, height) * 10 > Math.min(width, height) * 24;
}
