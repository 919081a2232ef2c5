// The notices about videos without their captions or thumbnail. Pure.

import { sidecarStemOf, stemOf } from '../../media/sidecar-index.ts';
import type { PlannedFile } from '../../publish/plan.ts';

/** The most videos that one notice names. */
const MAX_NAMED = 3;

/** The texts of the notices. Only `api: media` accepts sidecars. */
export function sidecarNotices(files: readonly PlannedFile[]): string[] {
  const videos = files.filter(({ request }) => request?.api === 'media');
  return [
    ...missingSidecarNotices(videos),
    ...unusedCaptionNotices(videos),
    ...otherCaptionNotices(videos),
    ...matchedThumbnailNotices(files),
  ];
}

function otherCaptionNotices(files: readonly PlannedFile[]): string[] {
  const captioned = files.filter(({ file }) => file.otherCaptions !== undefined);
  const [first] = captioned;
  if (first === undefined) return [];
  const verb = captioned.length === 1 ? 'is' : 'are';
  const { path, otherCaptions = [] } = first.file;
  return [
    `sidecars: ${listSome(captioned)} ${verb} uploaded without other captions (${otherCaptions.join(', ')}); LinkedIn takes one SubRip file, which must be named ${stemOf(path)}.srt`,
  ];
}

/** Images that are named like the thumbnail of a video of this run, but are uploaded as images. */
function matchedThumbnailNotices(files: readonly PlannedFile[]): string[] {
  const videos = new Map(
    files.flatMap(({ file }) => (file.media?.kind === 'video' ? [[stemOf(file.path), file.path]] : [])),
  );
  const thumbnails = files.filter(
    ({ file, request }) => request?.kind === 'image' && videos.has(sidecarStemOf(file.path) ?? ''),
  );
  const [first] = thumbnails;
  if (first === undefined) return [];
  const verb = thumbnails.length === 1 ? 'is uploaded as an image' : 'are uploaded as images';
  const video = videos.get(sidecarStemOf(first.file.path) ?? '');
  return [
    `sidecars: ${listSome(thumbnails)} ${verb}; with \`api: media\` and \`sidecars: true\`, ${first.file.path} is the thumbnail of ${video}`,
  ];
}

function missingSidecarNotices(files: readonly PlannedFile[]): string[] {
  const bare = files.filter(({ file }) => file.missingSidecars !== undefined);
  const [first] = bare;
  if (first === undefined) return [];
  const verb = bare.length === 1 ? 'has' : 'have';
  const others = bare.length === 1 ? '' : '; the same for the others';
  const paths = first.file.missingSidecars?.join(', ');
  return [
    `sidecars: ${listSome(bare)} ${verb} neither captions nor a thumbnail (searched for ${paths}${others})`,
  ];
}

function unusedCaptionNotices(files: readonly PlannedFile[]): string[] {
  const captioned = files.filter(({ file }) => file.unusedCaptions !== undefined);
  const [first] = captioned;
  if (first === undefined) return [];
  const [text, example] =
    captioned.length === 1 ? ['is uploaded without its', ''] : ['are uploaded without their', 'such as '];
  return [
    `sidecars: ${listSome(captioned)} ${text} captions (${example}${first.file.unusedCaptions}); \`sidecars: true\` uploads captions too`,
  ];
}

function listSome(files: readonly PlannedFile[]): string {
  const left = files.length - MAX_NAMED;
  const names = files.slice(0, MAX_NAMED).map(({ file }) => file.path);
  return left > 0 ? `${names.join(', ')} and ${left} more` : names.join(', ');
}
