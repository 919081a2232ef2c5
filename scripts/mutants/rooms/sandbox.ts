// Faults of the sandbox: what `mode: simulate` would accept, although LinkedIn does not.

import type { Room } from '../mutant.ts';

export const SANDBOX: Room = {
  name: 'sandbox',
  folder: 'src/sandbox/',
  tests: ['test/sandbox/'],
  mutants: [
    {
      name: 'sandbox-accepts-any-token',
      fault: 'The sandbox accepts a token that it has not given.',
      file: 'src/sandbox/gateway.ts',
      search:
        'return given !== undefined && (token === null || [token, oauth?.accessToken].includes(given));',
      replace: 'return given !== undefined;',
    },
    {
      name: 'sandbox-accepts-short-part',
      fault: 'The sandbox accepts a part that is shorter than its range.',
      file: 'src/sandbox/uploads.ts',
      search: 'if (range !== null && sizeBytes !== range.lastByte - range.firstByte + 1)',
      replace: 'if (range !== null && sizeBytes > range.lastByte - range.firstByte + 1)',
    },
    {
      name: 'sandbox-accepts-duplicate-post',
      fault: 'The sandbox accepts the same post twice.',
      file: 'src/sandbox/posts.ts',
      search: 'if (first === undefined) return;',
      replace: 'return;',
    },
    {
      name: 'sandbox-keeps-unescaped-text',
      fault:
        'The sandbox shows the text after a reserved character that is not escaped, which LinkedIn drops.',
      file: 'src/sandbox/post-content.ts',
      search: "return LITTLE_TEXT.exec(text)?.[0] ?? '';",
      replace: 'return text;',
    },
    {
      name: 'sandbox-accepts-media-of-others',
      fault: 'The sandbox accepts a post with the media of another owner.',
      file: 'src/sandbox/posts.ts',
      search: 'if (asset.registration.owner !== author)',
      replace: 'if (false)',
    },
    {
      name: 'sandbox-changes-fixed-field',
      fault: 'The sandbox accepts an edit of a field that LinkedIn does not change.',
      file: 'src/sandbox/posts.ts',
      search: '.strictObject({ ...EDITABLE, ...mapToUnpermitted(FIXED) })',
      replace: '.strictObject({ ...EDITABLE, ...FIXED })',
    },
    {
      name: 'sandbox-edits-deleted-post',
      fault: 'The sandbox edits and shows a post that was deleted.',
      file: 'src/sandbox/posts.ts',
      search: 'if (post.isDeleted) throw notFound();',
      replace: '',
    },
    {
      name: 'sandbox-accepts-long-poll',
      fault: 'The sandbox accepts a poll of five options.',
      file: 'src/sandbox/post-content.ts',
      search: '.max(4, INVALID)',
      replace: '.max(5, INVALID)',
    },
  ],
};
