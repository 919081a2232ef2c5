// The notices about videos without their captions or thumbnail. Pure.

import type { PlannedFile } from '../../publish/plan.ts';

/** The most videos that one notice names. */
const MAX_NAMED = 3;

/** The texts of the notices. Only `api: media` accepts sidecars. */
export function sidecarNotices(files: readonly PlannedFile[]): string[] {
  const videos = files.filter(({ request }) => request?.api === 'media');
  return [...missingSidecarNotices(videos), ...unusedCaptionNotices(videos)];
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
