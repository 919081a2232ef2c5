// What somebody may have meant to go along with a video, and does not: one notice for all videos, not one for each.

import type { PlannedFile } from '../publish/plan.ts';

/** How many videos one notice names. */
const NAMED = 3;

/** Sentences for the notices of the run. Only `api: media` takes what goes along. */
export function besideNotices(files: readonly PlannedFile[]): string[] {
  const going = files.filter(({ request }) => request?.api === 'media');
  return [...inVain(going), ...unasked(going)];
}

function inVain(files: readonly PlannedFile[]): string[] {
  const bare = files.filter(({ file }) => file.missingSidecars !== undefined);
  const [first] = bare;
  if (first === undefined) return [];
  const verb = bare.length === 1 ? 'goes' : 'go';
  const alike = bare.length === 1 ? '' : ', and so for the others';
  const sought = first.file.missingSidecars?.join(', ');
  return [`sidecars: ${someOf(bare)} ${verb} without captions and thumbnail (looked for ${sought}${alike})`];
}

function unasked(files: readonly PlannedFile[]): string[] {
  const captioned = files.filter(({ file }) => file.unusedCaptions !== undefined);
  const [first] = captioned;
  if (first === undefined) return [];
  const [verb, whose] = captioned.length === 1 ? ['goes', 'its'] : ['go', 'their'];
  const where = `${first.file.unusedCaptions}${captioned.length === 1 ? '' : ', say,'}`;
  return [
    `sidecars: ${someOf(captioned)} ${verb} without ${whose} captions: ${where} is there, and \`sidecars: true\` sends it along`,
  ];
}

function someOf(files: readonly PlannedFile[]): string {
  const left = files.length - NAMED;
  const names = files.slice(0, NAMED).map(({ file }) => file.path);
  return left > 0 ? `${names.join(', ')} and ${left} more` : names.join(', ');
}
