// Writes the file with ready bodies for the Posts API, next to the results file. A later step or a person
// completes and sends them.

import path from 'node:path';
import type { Post } from '../../linkedin/posts.ts';
import { writeRows } from './results-file.ts';

/** Writes `posts` beside `resultsFile`. Returns the path; empty without posts or a results file. */
export function writePostsFile(posts: () => Iterable<Post>, resultsFile: string): string {
  const [first] = posts();
  if (first === undefined || resultsFile === '') return '';
  // `resultsFile` has slashes on Windows too.
  const postsFile = `${path.dirname(resultsFile)}/posts.json`;
  writeRows(postsFile, posts());
  return postsFile;
}
