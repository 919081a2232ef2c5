// The facts about a file for people, such as `PNG`, `1,600 × 900`, `1.2 MB`.

import { formatBytes, formatDuration, formatNumber, pluralize } from '../format.ts';
import type { MediaFile } from '../media/media-file.ts';

/** What is known about the file. Empty for a file that was never opened. */
export function fileFacts({ media, identity, sizeBytes, sidecars = {} }: MediaFile): string[] {
  const { mediaType, width, height, durationSeconds, frames = 1 } = media ?? {};
  return [
    // `JPEG` of `image/jpeg`, and `PRESENTATION` of the type of a PowerPoint file.
    mediaType === undefined ? '' : mediaType.replace(/^.*[/.-]/, '').toUpperCase(),
    width === undefined || height === undefined ? '' : `${formatNumber(width)} × ${formatNumber(height)}`,
    durationSeconds === undefined ? '' : formatDuration(durationSeconds * 1000),
    frames === 1 ? '' : pluralize(frames, 'frame'),
    ...Object.keys(sidecars),
    identity === null ? '' : formatBytes(sizeBytes),
  ].filter((fact) => fact !== '');
}
