// Notices about sidecars that a user may have expected but that are not sent: one for all videos, not one for each.

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
  const verb = bare.length === 1 ? 'goes' : 'go';
  const alike = bare.length === 1 ? '' : ', and so for the others';
  const sought = first.file.missingSidecars?.join(', ');
  return [
    `sidecars: ${listSome(bare)} ${verb} without captions and thumbnail (looked for ${sought}${alike})`,
  ];
}

function unusedCaptionNotices(files: readonly PlannedFile[]): string[] {
  const captioned = files.filter(({ file }) => file.unusedCaptions !== undefined);
  const [first] = captioned;
  if (first === undefined) return [];
  const [verb, whose] = captioned.length === 1 ? ['goes', 'its'] : ['go', 'their'];
  const where = `${first.file.unusedCaptions}${captioned.length === 1 ? '' : ', say,'}`;
  return [
    `sidecars: ${listSome(captioned)} ${verb} without ${whose} captions: ${where} is there, and \`sidecars: true\` sends it along`,
  ];
}

function listSome(files: readonly PlannedFile[]): string {
  const left = files.length - MAX_NAMED;
  const names = files.slice(0, MAX_NAMED).map(({ file }) => file.path);
  return left > 0 ? `${names.join(', ')} and ${left} more` : names.join(', ');
}
