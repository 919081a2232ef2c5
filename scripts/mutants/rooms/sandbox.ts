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
      file: 'src/sandbox/restli/gateway.ts',
      search: 'return token !== undefined && settings.acceptsToken(token);',
      replace: 'return token !== undefined;',
    },
    {
      name: 'sandbox-accepts-short-part',
      fault: 'The sandbox accepts a part that is shorter than its range.',
      file: 'src/sandbox/uploads/upload.ts',
      search: 'if (range !== null && lengthBytes !== range.lastByte - range.firstByte + 1) {',
      replace: 'if (range !== null && lengthBytes > range.lastByte - range.firstByte + 1) {',
    },
    {
      name: 'sandbox-accepts-duplicate-post',
      fault: 'The sandbox accepts the same post twice.',
      file: 'src/sandbox/posts/write.ts',
      search: 'if (first === undefined) return;',
      replace: 'return;',
    },
    {
      name: 'sandbox-keeps-unescaped-text',
      fault:
        'The sandbox shows the text after a reserved character that is not escaped, which LinkedIn drops.',
      file: 'src/sandbox/posts/content.ts',
      search: "return LITTLE_TEXT.exec(text)?.[0] ?? '';",
      replace: 'return text;',
    },
    {
      name: 'sandbox-accepts-media-of-others',
      fault: 'The sandbox accepts a post with the media of another owner.',
      file: 'src/sandbox/posts/write.ts',
      search: 'if (asset.registration.owner !== author)',
      replace: 'if (false)',
    },
  ],
};
