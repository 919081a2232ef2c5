// The file with ready bodies for the Posts API, next to the file of results: for a next step, or a person, to fill in
// and send.

import path from 'node:path';
import type { Post } from '../../linkedin/posts.ts';
import { writeRows } from './results-file.ts';

/** Writes `posts` beside `resultsFile`; returns the path, empty when there are none. */
export function writePostsFile(posts: () => Iterable<Post>, resultsFile: string): string {
  const [first] = posts();
  if (first === undefined || resultsFile === '') return '';
  // Its own slashes, where the system's separator would be another one.
  const postsFile = `${path.dirname(resultsFile)}/posts.json`;
  writeRows(postsFile, posts());
  return postsFile;
}
