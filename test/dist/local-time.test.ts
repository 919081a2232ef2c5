// The built action reads local times.

import { expect, it } from 'vitest';
import { postEnds, postRows, startPosting } from '../support/posting.ts';
import { runAction } from '../support/runner.ts';

it('a zone in the file, the input `timezone` and an offset go out in one run, and show one moment', async () => {
  const posting = await startPosting();
  const file = (text: string, at: string) => `---\nat: ${at}\n---\n${text}\n`;
  const files = {
    'posts/input.md': file('One', '2020-12-03T09:00'),
    'posts/name.md': file('Two', '2020-12-03 09:00 Europe/Berlin'),
    'posts/offset.md': file('Three', '2020-12-03T09:00:00+01:00'),
    'posts/skipped.md': file('Four', '2026-03-29 02:30'),
  };
  const inputs = { timezone: 'Europe/Berlin', 'max-age-hours': '0', 'max-posts': '3' };
  const publish = (posts: string, more = {}) =>
    posting.run(files, { ...inputs, posts, ...more }, { start: runAction });
  try {
    const wrong = await publish('posts/*.md');
    expect(postEnds(wrong)['posts/skipped.md']).toBe('failed POST_KEY');
    expect(wrong.messages('error').join()).toContain(
      'the clocks of Europe/Berlin go from Sun 29 Mar 2026, 02:00',
    );
    const right = 'posts/*.md\n!posts/skipped.md';
    const run = await publish(right);
    expect(postRows(run).map(({ state, at }) => [state, at])).toEqual(
      Array.from({ length: 3 }, () => ['posted', '2020-12-03T09:00:00+01:00']),
    );
    const later = await publish(right, { timezone: 'Asia/Tokyo' });
    expect(Object.values(postEnds(later))).toEqual(['known', 'known', 'known']);
    expect(later.annotations).toEqual([]);
    expect(posting.sent).toHaveLength(3);
  } finally {
    await posting.close();
  }
});
