// The facts about a file for people, such as `PNG`, `1,600 × 900`, `1.2 MB`.

import { formatBytes, formatDuration, formatNumber, pluralize } from '../format.ts';
import type { MediaFile } from '../media/media-file.ts';

/** What is known about the file. Empty for a file that was never opened. */
export function fileFacts({ media, identity, sizeBytes, sidecars = {} }: MediaFile): string[] {
  const { mediaType, width, height, durationSeconds, frames = 1 } = media ?? {};
  return [
    mediaType === undefined ? '' : typeName(mediaType),
    width === undefined || height === undefined ? '' : `${formatNumber(width)} × ${formatNumber(height)}`,
    durationSeconds === undefined ? '' : formatDuration(durationSeconds * 1000),
    frames === 1 ? '' : pluralize(frames, 'frame'),
    ...Object.keys(sidecars),
    identity === null ? '' : formatBytes(sizeBytes),
  ].filter((fact) => fact !== '');
}

/** `PDF`, or the name in a media type, such as `JPEG` in `image/jpeg`. */
function typeName(mediaType: string): string {
  const document = DOCUMENT_NAMES.find(([pattern]) => pattern.test(mediaType))?.[1];
  return document ?? mediaType.replace(/^.*\/(?:x-)?/, '').toUpperCase();
}

const DOCUMENT_NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/presentation|powerpoint/, 'PowerPoint'],
  [/word/, 'Word'],
];
