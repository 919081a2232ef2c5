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
  ],
};
