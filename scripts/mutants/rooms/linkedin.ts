// Faults of what is sent to LinkedIn, and of what is made of its responses.

import type { Room } from '../mutant.ts';

export const LINKEDIN: Room = {
  name: 'linkedin',
  folder: 'src/linkedin/',
  tests: ['test/linkedin/'],
  mutants: [
    {
      name: 'version-header-missing',
      fault: 'Calls below /rest have no LinkedIn-Version header.',
      file: 'src/linkedin/rest-client.ts',
      search: "...(isVersioned && { 'linkedin-version': version }),",
      replace: '',
    },
    {
      name: 'token-sent-to-video-upload',
      fault: 'The access token goes to the upload URL of a video, which must not get it.',
      file: 'src/linkedin/assets.ts',
      search: 'bearer: isImage,',
      replace: 'bearer: true,',
    },
    {
      name: 'etag-in-quotes',
      fault: 'The ETag of a part is returned to LinkedIn with the quotes of its header.',
      file: 'src/linkedin/rest-client.ts',
      search: 'const etag = /^"(.*)"$/.exec(value)?.[1] ?? value;',
      replace: 'const etag = value;',
    },
    {
      name: 'urn-of-damaged-response-lost',
      fault: 'The URN in a damaged response to a registration is lost.',
      file: 'src/linkedin/replies.ts',
      search: "if (typeof urn !== 'string') throw error;",
      replace: 'throw error;',
    },
    {
      name: 'post-urn-in-location-ignored',
      fault: 'The URN of a post is not read from `Location` when `x-restli-id` is missing.',
      file: 'src/linkedin/post-client.ts',
      search: "const ID_HEADERS = ['x-restli-id', 'location'];",
      replace: "const ID_HEADERS = ['x-restli-id'];",
    },
    {
      name: 'duplicate-post-not-recognized',
      fault: "LinkedIn's DUPLICATE_POST counts as any other refusal.",
      file: 'src/linkedin/post-client.ts',
      search: 'return isDuplicate ? {',
      replace: 'return isDuplicate && null ? {',
    },
    {
      name: 'inactive-token-accepted',
      fault: 'A token that LinkedIn describes as expired or revoked is used all the same.',
      file: 'src/linkedin/access-token.ts',
      search: 'if (isActive && !isOver) return;',
      replace: 'return;',
    },
    {
      name: 'processing-counts-as-available',
      fault: 'An asset that LinkedIn still processes is reported as available.',
      file: 'src/linkedin/assets.ts',
      search: "new Set(['AVAILABLE', 'MUTATING'])",
      replace: "new Set(['AVAILABLE', 'MUTATING', 'PROCESSING'])",
    },
    {
      name: 'end-of-version-warned-of-late',
      fault: 'The warning that LinkedIn ends a version comes in its last days.',
      file: 'src/linkedin/apis.ts',
      search: 'const NOTICE_DAYS = 45;',
      replace: 'const NOTICE_DAYS = 4;',
    },
    {
      name: 'last-part-longer-than-the-file',
      fault: 'The last part of a video is announced as longer than the file.',
      file: 'src/linkedin/media-sessions.ts',
      search: 'Math.min(lastByte + 1, request.sizeBytes) - firstByte',
      replace: 'lastByte + 1 - firstByte',
    },
    {
      name: 'failed-processing-waited-for',
      fault: 'A file that LinkedIn could not process is waited for until the time is over.',
      file: 'src/linkedin/media-status.ts',
      search: "if (status !== 'PROCESSING_FAILED') return",
      replace: 'if (true) return',
    },
    {
      name: 'any-role-can-post',
      fault: '`mode: check` says of a role that cannot post that it can.',
      file: 'src/linkedin/owners.ts',
      search: "? 'sponsored' : 'none';",
      replace: "? 'sponsored' : 'all';",
      tests: ['test/linkedin/owners', 'test/steps/check'],
    },
    {
      name: 'missing-upload-counts-as-sent',
      fault: 'An upload whose answer was lost counts as sent although LinkedIn does not have it.',
      file: 'src/linkedin/session.ts',
      search: "return reading.status === 'PROCESSING';",
      replace: 'return true;',
      tests: ['test/linkedin/', 'test/upload/'],
    },
  ],
};
