// A disk that ignores letter case and the Unicode form of names, as those of macOS and Windows do.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { type Posting, postEnds, postRows, startPosting } from '../support/posting.ts';
import { runAction } from '../support/runner.ts';
import { caselessDisk } from '../support/scenes.ts';

let posting: Posting;
beforeEach(async () => {
  posting = await startPosting();
});
afterEach(() => posting.close());

const NAMES: readonly [string, string, string][] = [
  ['another letter case', 'm.png', 'm.ALT.txt'],
  ['another Unicode form', 'm\u00e9.png', 'me\u0301.alt.txt'],
];

const withPicture = (picture: string) => ({
  'posts/a.md': `---\nmedia: [media/${picture}]\n---\nOut now\n`,
  [`media/${picture}`]: png(),
});

it.each(NAMES)(
  'a post takes the alternative text of exactly its name: %s',
  async (_, picture, text) => {
    const files = { ...withPicture(picture), [`media/${text}`]: 'Another' };
    const run = await posting.run(
      files,
      { posts: 'posts/*.md' },
      { start: runAction, env: caselessDisk() },
    );
    expect(postEnds(run)).toEqual({ 'posts/a.md': 'posted' });
    expect(postRows(run)[0]?.media).toMatchObject([{ alt: null }]);
    expect(JSON.stringify(posting.sent)).not.toContain('Another');
  },
);

it.each([['the name itself', 'm.png', 'm.alt.txt'], ...NAMES])(
  'a post beside whose approved picture an alternative text was added is not approved: %s',
  async (_, picture, text) => {
    const { github: hub } = posting;
    const approved = withPicture(picture);
    hub.mergeApproved(approved);
    const pushed = { [`media/${text}`]: 'Nobody has approved this' };
    hub.push(pushed);
    const run = await posting.run(
      { ...approved, ...pushed },
      { posts: 'posts/*.md', approval: 'review' },
      { start: runAction, env: { ...caselessDisk(), GITHUB_SHA: hub.git.head('main') } },
    );
    expect(postEnds(run)).toEqual({ 'posts/a.md': 'failed POST_UNAPPROVED' });
    expect(posting.sent).toEqual([]);
  },
);
