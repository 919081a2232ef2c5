// Bugs of posts: their text, their state, their preview.

import type { Mutant } from './mutant.ts';

export const POSTS: readonly Mutant[] = [
  {
    name: 'leave a reserved character unescaped',
    file: 'src/post/text.ts',
    find: 'const RESERVED = /[\\\\|{}',
    replace: 'const RESERVED = /[\\\\|{',
    tests: ['test/post/text.test.ts'],
  },
  {
    name: 'take the fragment of a URL for a hashtag',
    file: 'src/post/text.ts',
    find: '[LITERAL, MENTION, ADDRESS, HASHTAG]',
    replace: '[LITERAL, MENTION, HASHTAG]',
    tests: ['test/post/text.test.ts'],
  },
  {
    name: 'send the underscore of a hashtag unescaped',
    file: 'src/post/text.ts',
    find: '`#${escapeReserved(part.tag)}`',
    replace: '`#${part.tag}`',
    tests: ['test/post/text.test.ts'],
  },
  {
    name: 'count the line of an error from the front matter',
    file: 'src/post/post-file.ts',
    find: 'yaml.lineOf(path) + 1',
    replace: 'yaml.lineOf(path)',
    tests: ['test/post/post-file.test.ts'],
  },
  {
    name: 'send an empty alternative text',
    file: 'src/post/body.ts',
    find: "alt !== null && alt !== '' &&",
    replace: 'alt !== null &&',
    tests: ['test/post/body.test.ts'],
  },
  {
    name: 'send a post again for every run with `resend`',
    file: 'src/post/outlook.ts',
    find: 'entry.attempt <= post.resend',
    replace: 'post.resend > 0',
    tests: ['test/post/plan.test.ts'],
  },
  {
    name: 'take over the claim of a run that goes on',
    file: 'src/post/outlook.ts',
    find: "entry.state === 'sending' && isAlive(entry, nowMs)",
    replace: 'false',
    tests: ['test/post/plan.test.ts'],
  },
  {
    name: 'take a copied post file for a renamed one',
    file: 'src/post/recall.ts',
    find: '!memory.fileExists(entry.file) &&',
    replace: '',
    tests: ['test/post/plan.test.ts'],
  },
  {
    name: 'publish a draft',
    file: 'src/post/outlook.ts',
    find: 'if (draft)',
    replace: 'if (false)',
    tests: ['test/post/plan.test.ts'],
  },
  {
    name: 'send more posts than `max-posts`',
    file: 'src/post/plan.ts',
    find: 'due.length <= maxPosts',
    replace: 'due.length <= maxPosts + 1',
    tests: ['test/post/plan.test.ts'],
  },
  {
    name: 'mention a GitHub user in the preview',
    file: 'src/post/markdown.ts',
    find: "new Set(['@', ",
    replace: 'new Set([',
    tests: ['test/post/preview.test.ts'],
  },
];
