// Posts for tests: a valid one, changed where the test asks.

import type { Post } from '../../src/post/post.ts';

export const PAGE = 'urn:li:organization:123';
export const PERSON = 'urn:li:person:ab-C_1';

export function makePost(changes: Partial<Post> = {}): Post {
  return {
    file: 'posts/launch.md',
    id: changes.file ?? 'posts/launch.md',
    author: PAGE,
    text: 'Version 2 is out. #opensource',
    media: [],
    title: null,
    link: null,
    visibility: 'public',
    atMs: null,
    comment: null,
    draft: false,
    urn: null,
    resend: 0,
    ...changes,
  };
}
