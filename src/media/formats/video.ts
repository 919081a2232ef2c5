// Inspects a video by its container: whether it is whole, whether it has a video track, and how long it is. Reads only
// kilobytes, whatever the size of the file.

import { FileError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import { videoWarnings } from '../limits.ts';
import type { ByteSource, Examined, Media } from '../media-file.ts';
import { type Movie, readMovie } from './mp4.ts';

const CONTAINER_WARNINGS = {
  'video/mp4': [],
  'video/quicktime': ['is a QuickTime video (MOV), but LinkedIn asks for MP4'],
  'video/x-m4v': ['is an M4V video, but LinkedIn asks for MP4'],
} as const;

/**
 * @throws FileError FILE_TRUNCATED when the end, the index or the data is missing or damaged; FILE_TYPE when there is
 * no video track; errors of `source`
 */
export async function examineVideo(
  source: ByteSource,
  path: string,
  mediaType: keyof typeof CONTAINER_WARNINGS,
): Promise<Examined> {
  const movie = await readMovie(source);
  const invalidReason = invalidReasonOf(movie);
  if (invalidReason !== null || !movie.index) throw new FileError('FILE_TRUNCATED', path, `${invalidReason}`);
  const { videoTrack, hasSound, durationSeconds } = movie.index;
  if (!videoTrack) {
    const problem = hasSound ? 'has sound but no video track' : 'has no video track';
    throw new FileError('FILE_TYPE', path, problem);
  }
  const { width, height } = videoTrack;
  const media: Media = {
    kind: 'video',
    mediaType,
    ...(width > 0 && height > 0 ? { width, height } : {}),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
  };
  const warnings: string[] = [...CONTAINER_WARNINGS[mediaType]];
  if (movie.ending === 'too-many') warnings.push('has so many boxes that its end was not checked');
  else if (movie.oddBytes > 0) warnings.push(`has ${pluralize(movie.oddBytes, 'byte')} after its last box`);
  return { media, warnings: [...warnings, ...videoWarnings(source.sizeBytes, durationSeconds)] };
}

function invalidReasonOf({ ending, oddBytes, index, hasData }: Movie): string | null {
  if (ending === 'past-end')
    return `is truncated: its last box extends ${pluralize(oddBytes, 'byte')} past the end of the file`;
  if (ending === 'damaged') return 'is damaged: a box is smaller than its own header';
  if (!index && ending === 'too-many')
    return 'has no moov box among its first boxes, so its content is unknown';
  if (!index) return 'has no moov box: the recording was not finished';
  if (!hasData && ending === 'end') return 'has no mdat box: video and sound data are missing';
  return null;
}
