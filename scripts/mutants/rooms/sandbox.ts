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
      name: 'sandbox-knows-any-token',
      fault: 'The sandbox says of the token of another app that it is active.',
      file: 'src/sandbox/oauth.ts',
      search: 'if (token !== null && given !== token && given !== app.accessToken)',
      replace: 'if (false)',
    },
    {
      name: 'sandbox-accepts-short-part',
      fault: 'The sandbox accepts a part that is shorter than its range.',
      file: 'src/sandbox/uploads.ts',
      search: 'if (range !== null && sizeBytes !== range.lastByte - range.firstByte + 1)',
      replace: 'if (range !== null && sizeBytes > range.lastByte - range.firstByte + 1)',
    },
    {
      name: 'sandbox-permits-everybody',
      fault: 'The sandbox says of somebody who is not the member of the token that they may post.',
      file: 'src/sandbox/owners.ts',
      search: 'isMember && hasRoleOf(POSTING_ROLES, organization)',
      replace: 'hasRoleOf(POSTING_ROLES, organization)',
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
    {
      name: 'sandbox-processes-at-once',
      fault: 'The sandbox shows media as processed before the time for it is over.',
      file: 'src/sandbox/asset.ts',
      search: "return now >= this.uploadedAt + processingMs ? this.finalStatus : 'PROCESSING';",
      replace: 'return this.finalStatus;',
    },
    {
      name: 'sandbox-accepts-foreign-metadata',
      fault: 'The sandbox completes an upload with the metadata of another one.',
      file: 'src/sandbox/assets.ts',
      search: 'if (metadata !== asset.completionToken)',
      replace: 'if (false)',
    },
    {
      name: 'sandbox-accepts-parts-out-of-order',
      fault: 'The sandbox accepts a video whose parts are in the wrong order.',
      file: 'src/sandbox/media.ts',
      search: 'if (ids.some((id, index) => id !== given[index]))',
      replace: 'if (false)',
    },
    {
      name: 'sandbox-gives-a-urn-twice',
      fault: 'The sandbox gives two posts the same URN.',
      file: 'src/sandbox/model.ts',
      search: 'ofNow + 2n : this.#lastNumber + 2n;',
      replace: 'ofNow + 2n : this.#lastNumber;',
    },
    {
      name: 'sandbox-counts-no-calls',
      fault: 'The sandbox does not count the calls that it gets.',
      file: 'src/sandbox/routes.ts',
      search: 'if (kind !== null) model.countCall(kind);',
      replace: '',
    },
  ],
};
