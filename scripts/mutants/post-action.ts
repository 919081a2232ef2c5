// Bugs of the post action: its inputs, its files, what it sends, and its report.

import type { Mutant } from './mutant.ts';

export const POST_ACTION: readonly Mutant[] = [
  {
    name: 'leave the GitHub token of a post in the environment',
    file: 'src/action/inputs/read-post-inputs.ts',
    find: "takeSecret(env, 'github-token', mask)",
    replace: "rawInput(env, 'github-token')",
    tests: ['test/action/inputs/read-post-inputs.test.ts'],
  },
  {
    name: 'remember simulated posts on the branch',
    file: 'src/action/inputs/read-post-inputs.ts',
    find: "if (mode === 'simulate' || access === null) return null;",
    replace: 'if (access === null) return null;',
    tests: ['test/action/inputs/read-post-inputs.test.ts'],
  },
  {
    name: 'follow a link to a file of a post',
    file: 'src/action/posts/named-files.ts',
    find: 'followSymlinks: false',
    replace: 'followSymlinks: true',
    tests: ['test/action/posts/named-files.test.ts'],
  },
  {
    name: 'show 10.png before 2.png',
    file: 'src/media/find/natural-order.ts',
    find: '{ numeric: true }',
    replace: '{ numeric: false }',
    tests: ['test/media/find/natural-order.test.ts'],
  },
  {
    name: 'take a mention in release notes for a link',
    file: 'src/post/file/release-notes.ts',
    find: '.replace(/@\\[[^\\]\\n]+\\]\\(urn:li:[^()\\s]+\\)/g, keep)',
    replace: '',
    tests: ['test/post/file/release-notes.test.ts'],
  },
  {
    name: 'post media at once whose status nobody could read',
    file: 'src/post/publishing/due-media.ts',
    find: 'image: 15_000',
    replace: 'image: 0',
    tests: ['test/post/publishing/due-media.test.ts'],
  },
  {
    name: 'name an earlier post among several',
    file: 'src/action/report/posts/post-outputs.ts',
    find: 'rows.length === 1',
    replace: 'rows.length > 0',
    tests: ['test/action/report/posts/post-outputs.test.ts'],
  },
  {
    name: 'succeed although a first comment failed',
    file: 'src/action/report/posts/post-report.ts',
    find: '!isPostSuccess(row) || row.error !== undefined',
    replace: '!isPostSuccess(row)',
    tests: ['test/action/report/posts/post-report.test.ts'],
  },
  {
    name: 'send posts although another one is invalid',
    file: 'src/post-main.ts',
    find: 'if (ledger.stopReason !== null || ledger.openIndices().length === 0)',
    replace: 'if (ledger.openIndices().length === 0)',
    tests: ['test/dist/post-publish.test.ts'],
    isBuilt: true,
  },
  {
    name: 'post what nobody has approved',
    file: 'src/action/posts/check-approvals.ts',
    find: 'if (error === null) continue;',
    replace: 'if (error === null || index >= 0) continue;',
    tests: ['test/dist/post-approval.test.ts'],
    isBuilt: true,
  },
];
