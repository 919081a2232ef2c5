// The report of a run of the post action: its headline, its outputs and annotations, and whether the step fails.

import { describe, expect, it } from 'vitest';
import {
  ActionError,
  InputError,
  RunError,
  runStoppedError,
} from '../../../src/errors/action-error.ts';
import type { Mode } from '../../../src/inputs/input-types.ts';
import { formatOutputs } from '../../../src/report/outputs.ts';
import { formatVerdict } from '../../../src/report/row-view.ts';
import { buildSummary } from '../../../src/report/summary.ts';
import { makeEntry, timeAt } from '../../post/posts.ts';
import {
  type Given,
  POSTED,
  type ReportOptions,
  reportOf,
  summaryOf,
  viewOf,
} from './post-runs.ts';

const BAD = new ActionError('POST_KEY', '`titel` is not a key', {
  subject: { file: 'posts/launch.md', line: 3 },
});
const FAILED: Given = { state: 'failed', more: { errors: [BAD] } };
const TOO_MANY = new InputError('INPUT_INVALID', 'max-posts', 'is 1, but 2 posts are due');
const STOPPED: Given = {
  outcome: { state: 'skipped', errors: [runStoppedError('not posted', TOO_MANY)] },
};
const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGINT)');

/** A run that may send one post. */
const ONE_POST = { turns: { maxPosts: 1, maxAgeHours: 48, isKnown: true, isMemoryEmpty: true } };

/** The text as readers see it, without tags. */
function seen(markdown: string): string {
  return markdown.replace(/<[^>]*>/g, '');
}

describe('headline and result', () => {
  it.each<[string, readonly Given[], Parameters<typeof reportOf>[1], string, boolean]>([
    ['no posts', [], {}, 'No posts found, nothing to do', false],
    ['a post that went out', [{ outcome: POSTED }], {}, '1 post went out', false],
    [
      'posts in several states',
      [{ outcome: POSTED }, { state: 'draft' }, { state: 'scheduled' }, FAILED],
      {},
      '1 post went out, but 1 failed',
      true,
    ],
    ['nothing that went out', [{ state: 'scheduled' }], {}, 'Nothing went out', false],
    [
      'a post that has expired, and nothing that went out',
      [{ state: 'expired' }, { state: 'known' }, { state: 'scheduled' }],
      {},
      'Nothing went out, because 1 post has expired',
      false,
    ],
    [
      'a plan in which posts have expired',
      [{ state: 'expired' }, { state: 'expired' }],
      { mode: 'plan' },
      'Nothing would go out, because 2 posts have expired',
      false,
    ],
    [
      'a post that went out beside one that has expired',
      [{ state: 'expired' }, { outcome: POSTED }],
      {},
      '1 post went out',
      false,
    ],
    [
      'an edit beside a post that has expired',
      [{ state: 'expired' }, { state: 'edit', outcome: { ...POSTED, state: 'edited' } }],
      {},
      '1 edit went out',
      false,
    ],
    [
      'a run that another error stopped',
      [{ state: 'expired' }, STOPPED],
      { plan: { stop: TOO_MANY } },
      'Nothing went out',
      true,
    ],
    [
      'posts that failed',
      [FAILED, FAILED],
      {},
      'Nothing went out, because of errors in 2 posts',
      true,
    ],
    [
      'a post whose outcome is not known',
      [{ outcome: { state: 'unknown', errors: [BAD] } }],
      {},
      '1 post may be on LinkedIn',
      true,
    ],
    ['a plan', [{ outcome: { state: 'planned' } }], { mode: 'plan' }, '1 post would go out', false],
    [
      'a plan with a post that is not valid',
      [{ outcome: { state: 'planned' } }, FAILED],
      { mode: 'plan' },
      'Nothing would go out, because of errors in 1 post',
      true,
    ],
    [
      'a plan with more posts than it may send',
      [{ outcome: { state: 'planned' } }, { outcome: { state: 'planned' } }, { state: 'draft' }],
      { mode: 'plan', plan: ONE_POST },
      'Nothing would go out',
      true,
    ],
    [
      'more posts than the run may send',
      [STOPPED, STOPPED],
      { plan: ONE_POST },
      'Nothing went out',
      true,
    ],
    [
      'a simulation',
      [{ outcome: POSTED }],
      { mode: 'simulate' },
      'Simulated: 1 post went out',
      false,
    ],
    [
      'a cancelled run',
      [{ outcome: { state: 'skipped', errors: [CANCELLED] } }],
      { end: CANCELLED },
      'Cancelled. Nothing went out',
      true,
    ],
  ])('%s', (_, given, options, headline, failed) => {
    expect(reportOf(given, options)).toMatchObject({ headline, failed });
  });

  it('the counts have the exceptions first, and are in the log with the verdict', () => {
    const report = reportOf([{ outcome: POSTED }, { state: 'known' }, { state: 'draft' }, FAILED]);
    expect(report.counts).toEqual([
      { text: '1 failed', isBad: true, anchor: 'failed' },
      { text: '1 posted', isBad: false, anchor: 'posted' },
      { text: '1 in draft', isBad: false, anchor: 'others' },
      { text: '1 published earlier', isBad: false, anchor: 'others' },
    ]);
    expect(formatVerdict(report)).toBe(
      '1 post went out, but 1 failed: 1 failed, 1 posted, 1 in draft, 1 published earlier',
    );
  });

  it('a run in which nothing goes out because a post has expired begins with a warning, also in the log', () => {
    const expired: Given = { state: 'expired', more: { reason: 'it was due long ago' } };
    const report = reportOf([{ state: 'known' }, expired]);
    expect(report.isVerdictWarning).toBe(true);
    const text = buildSummary(report);
    expect(text).toMatch(/^## ⚠️ Nothing went out, because 1 post has expired\n/);
    const [shown = '', folded] = text.split('<details>');
    expect(seen(shown)).toContain('⚠ The post is not posted: it was due long ago');
    // The warning has the reason of the state.
    expect(shown.split('it was due long ago')).toHaveLength(2);
    expect(folded).toContain('<summary>1 published earlier</summary>');
    // Without a page: nothing was planned, sent or failed.
    expect(report.page).toBeNull();
  });

  it('a post that has expired is folded, with a warning, in a run in which another one goes out', () => {
    const expired: Given = { state: 'expired', more: { reason: 'it was due long ago' } };
    const report = reportOf([expired, { outcome: POSTED }]);
    expect(report.isVerdictWarning).toBe(false);
    const text = buildSummary(report);
    expect(text).toMatch(/^## ✅ 1 post went out\n/);
    expect(text).toContain('- `posts/launch.md`: is not posted: it was due long ago');
    expect(text).toContain('<summary>1 expired</summary>');
  });

  it('the counts of a plan say what is ready, and what the errors hold back', () => {
    const planned: Given = { outcome: { state: 'planned' } };
    const textsOf = (given: readonly Given[], options: ReportOptions = {}) =>
      reportOf(given, { mode: 'plan', ...options }).counts.map(({ text }) => text);
    expect(textsOf([planned, planned])).toEqual(['2 ready to go out']);
    expect(textsOf([planned, planned, FAILED])).toEqual(['1 failed', '2 held back']);
    expect(textsOf([planned, planned], { plan: ONE_POST })).toEqual(['2 held back']);
  });

  it('a post of another `owner` is counted as one for another page or person', () => {
    expect(reportOf([{ state: 'other-owner' }]).counts).toEqual([
      { text: '1 for another page or person', isBad: false, anchor: 'others' },
    ]);
  });

  it.each<[string, Given, Mode, string]>([
    ['is out', { outcome: POSTED }, 'publish', 'published · everybody'],
    ['was simulated', { outcome: POSTED }, 'simulate', 'simulated · everybody'],
    [
      'may be out',
      { outcome: { state: 'unknown', errors: [BAD] } },
      'publish',
      'may be on LinkedIn · everybody',
    ],
    ['is to go out', { outcome: { state: 'planned' } }, 'plan', 'now · everybody'],
  ])('the time of a post that %s says so', (_, given, mode, audience) => {
    expect(viewOf(given, mode).audience).toBe(audience);
  });

  it.each<[string, Given]>([
    ['is out', { outcome: POSTED }],
    ['may be out', { outcome: { state: 'unknown', errors: [BAD] } }],
    ['was published earlier', { state: 'known', more: { entry: makeEntry({ state: 'posted' }) } }],
  ])('a post that %s does not say "now", and not when it was due', (_, given) => {
    const at = timeAt(Date.parse('2026-12-03T09:00:00Z'));
    expect(viewOf(given).audience).not.toContain('now');
    expect(viewOf({ ...given, post: { at } }).audience).not.toContain('2026');
  });

  it.each<[string, Given, ActionError | null]>([
    [
      'a post whose comment failed, although it is posted',
      { outcome: { ...POSTED, errors: [new ActionError('COMMENT_FAILED', 'refused')] } },
      null,
    ],
    [
      'a memory that could not be written',
      { outcome: POSTED },
      new ActionError('MANIFEST_WRITE', 'x'),
    ],
  ])('the step fails for %s', (_, given, error) => {
    const { failed, outputs, annotations } = reportOf([given], { error });
    expect([failed, outputs['posted-count'], annotations.length]).toEqual([true, 1, 1]);
  });

  it('a planned post that an error of another one holds back says so', () => {
    const planned: Given = { outcome: { state: 'planned' } };
    const held = 'Goes out once the errors are corrected';
    expect(summaryOf([planned, FAILED], { mode: 'plan' })).toContain(held);
    expect(summaryOf([planned], { mode: 'plan' })).not.toContain(held);
  });
});

it('a run that an invalid post stops has no second annotation for it, nor for the posts that are skipped', () => {
  const stop = new ActionError('POST_KEY', BAD.problem, {
    subject: { file: 'posts/launch.md', line: 3 },
  });
  const { annotations } = reportOf([FAILED, STOPPED], { plan: { stop } });
  expect(annotations.map(({ title }) => title)).toEqual(['POST_KEY']);
});

describe('summary, which is also the comment on a pull request', () => {
  const GITHUB_DOWN = new ActionError('GITHUB_FAILED', 'GitHub did not respond');

  it('the summary begins with the verdict, the counts, the link to the page, and the posts that failed', () => {
    const report = reportOf([{ outcome: { state: 'planned' } }, FAILED], { mode: 'plan' });
    const text = buildSummary(report, { links: ['[The page](https://github.example/)'] });
    expect(text.split('\n\n').slice(0, 5)).toEqual([
      '## ❌ Nothing would go out, because of errors in 1 post',
      '**1 failed** · 1 held back',
      '[The page](https://github.example/)',
      '### Errors',
      `- \`POST_KEY\` **\`posts/launch.md\`**, line 3: \`titel\` is not a key`,
    ]);
  });

  it('a post has the reason of its state, its warnings with their lines, and the link to it', () => {
    const reason = 'it is due later';
    const warnings = [
      { subject: { file: 'posts/launch.md', line: 2 }, problem: '`**` goes out as written' },
      { subject: { file: 'posts/launch.md', line: 9 }, problem: 'no alternative text' },
    ];
    const text = summaryOf([
      { outcome: { state: 'failed', reason }, written: { warnings } },
      { outcome: { ...POSTED, notice: 'has changed' } },
      { state: 'scheduled', more: { reason } },
    ]);
    expect(text).toContain(
      '<b class="state bad">Failed</b></p> <p class="note">failed: it is due later</p>',
    );
    expect(text).toContain('- `posts/launch.md` scheduled: it is due later');
    expect(text).toMatch(
      /⚠ Line 2: <code>\*\*<\/code> goes out as written<\/p> <p class="warning">⚠ Line 9: no alternative text/,
    );
    expect(text).toContain(
      `Went out</b> · <a href="https://www.linkedin.com/feed/update/${POSTED.urn}/"`,
    );
    expect(text).toContain('<p class="note">posted: it has changed</p>');
  });

  it('an error is said once, in the list of errors', () => {
    expect(summaryOf([FAILED]).split('is not a key')).toHaveLength(2);
  });

  it('what stopped a run is said once, and the posts that it leaves are counted', () => {
    const stop = new ActionError('TOKEN_REFUSED', 'LinkedIn refused the token');
    const skipped = {
      outcome: { state: 'skipped', errors: [runStoppedError('not posted', stop)] },
    } as const;
    const text = summaryOf([skipped, skipped, skipped], { plan: { stop } });
    expect(text).toContain('**3 not sent**');
    expect(text.match(/LinkedIn refused the token/g)).toHaveLength(1);
    expect(text).not.toContain('the run was stopped');
  });

  it('a plan that could not read the memory says so, and that too many posts may be due', () => {
    const planned = { outcome: { state: 'planned' } } as const;
    const textsOf = (count: number) => {
      const options = { mode: 'plan', memoryError: GITHUB_DOWN, maxPosts: 1 } as const;
      const report = reportOf(Array(count).fill(planned), options);
      return [report.notices.map(({ text }) => text).join(), buildSummary(report)];
    };
    for (const text of textsOf(1)) expect(text).not.toContain('max-posts');
    expect(textsOf(1)[1]).toContain('The manifest could not be read');
    for (const text of textsOf(2))
      expect(text).toContain('a run that publishes sends nothing then: raise `max-posts`');
  });

  it('a plan says that it does not check the approval', () => {
    const planned = { outcome: { state: 'planned' } } as const;
    const summary = (approval: 'none' | 'review') =>
      summaryOf([planned], { mode: 'plan', approval });
    expect(summary('none')).not.toContain('approval');
    expect(summary('review')).toContain('A plan does not check `approval: review`.');
  });

  it('a simulation says that it does not check the approval', () => {
    const summary = (approval: 'none' | 'review') =>
      summaryOf([{ outcome: POSTED }], { mode: 'simulate', approval });
    expect(summary('none')).not.toContain('approval');
    expect(summary('review')).toContain('A simulation does not check `approval: review`.');
  });

  it('a simulated post has its URN without a link, because it is not on LinkedIn', () => {
    const text = summaryOf([{ outcome: POSTED }], { mode: 'simulate' });
    expect(text).toContain('which is not on LinkedIn');
    expect(text).not.toContain('feed/update');
  });
});

describe('a post whose file has changed since it was published', () => {
  const entry = makeEntry({ state: 'posted', content: 'other-content' });
  const warning = 'has changed since it was posted, and the new text is not on LinkedIn';
  const changed: Given = {
    state: 'known',
    more: { entry, reason: 'it was posted earlier', warning },
  };
  const same: Given = { state: 'known', more: { entry: makeEntry({ state: 'posted' }) } };

  it('is shown in a preview, after the posts that go out, and says that this version is not on LinkedIn', () => {
    const text = summaryOf(
      [changed, same, { post: { file: 'b.md' }, outcome: { state: 'planned' } }],
      {
        mode: 'plan',
      },
    );
    const [shown = '', folded = ''] = text.split('<details>');
    expect(shown.match(/<h3>.*?<\/h3>/g)).toEqual(['<h3>b.md</h3>', '<h3>posts/launch.md</h3>']);
    expect(seen(shown)).toContain(`⚠ The post ${warning}`);
    expect(shown).toContain('<small>this version is not on LinkedIn</small>');
    expect(shown).not.toContain('### Warnings');
    expect(folded).toContain('<summary>1 published earlier</summary>');
  });

  it('is shown too once a run has seen the change, which is a notice then', () => {
    const seenBefore = {
      ...changed,
      more: { ...changed.more, warning: null, notice: 'has changed' },
    };
    expect(summaryOf([seenBefore], { mode: 'plan' })).toContain(
      'known: it was posted earlier; it has changed',
    );
    expect(summaryOf([seenBefore], { mode: 'plan' })).not.toContain('<details>');
  });

  it('is folded, with its warning, in a run that publishes', () => {
    const text = summaryOf([changed]);
    expect(text).toContain(`- \`posts/launch.md\`: ${warning}`);
    expect(text).toContain('<details><summary>1 published earlier</summary>');
  });

  it('is no reason for a page, because nothing is planned, sent or failed', () => {
    expect(reportOf([changed], { mode: 'plan' }).page).toBeNull();
  });

  it('is folded if its content could not be read: its pictures may be gone', () => {
    const unread = { ...changed, more: { ...changed.more, content: null } };
    expect(summaryOf([unread], { mode: 'plan' })).toContain(
      '<details><summary>1 published earlier',
    );
  });
});

it.each<[string, readonly Given[], 'publish' | 'plan', boolean]>([
  [
    'posts to which nothing happens',
    [{ state: 'known' }, { state: 'scheduled' }],
    'publish',
    false,
  ],
  ['no posts', [], 'publish', false],
  ['a plan with a scheduled post', [{ state: 'scheduled' }], 'plan', true],
  ['a post that went out', [{ state: 'known' }, { outcome: POSTED }], 'publish', true],
])('a run has a page if something happened: %s', (_, given, mode, hasPage) => {
  expect(reportOf(given, { mode }).page !== null).toBe(hasPage);
});

const outputsOf = (given: readonly Given[], options: Parameters<typeof reportOf>[1] = {}) =>
  formatOutputs(reportOf(given, options).outputs).values;

const KNOWN: Given = { state: 'known', more: { entry: makeEntry({ state: 'posted' }) } };
const named = (file: string, given: Given): Given => ({ ...given, post: { file, id: file } });

describe('buildPostOutputs', () => {
  it('an empty run has empty values, and its lists are still JSON', () => {
    const values = outputsOf([]);
    expect(values).toMatchObject({
      'post-urn': '',
      urns: '{}',
      results: '[]',
      'outputs-truncated': 'false',
      'posted-count': '0',
      'next-at': '',
    });
  });

  it('the days of the token are named if they are known, 0 included', () => {
    const daysOf = (tokenDaysLeft: number | null) =>
      outputsOf([], { tokenDaysLeft })['token-days-left'];
    expect([null, 0, 43].map(daysOf)).toEqual(['', '0', '43']);
  });

  it('URN, URL and comment are those of the first post that went out', () => {
    const values = outputsOf([
      named('a.md', KNOWN),
      named('b.md', { outcome: POSTED }),
      named('c.md', { outcome: { ...POSTED, urn: 'urn:li:share:2' } }),
    ]);
    expect(values).toMatchObject({
      'post-urn': 'urn:li:share:1',
      'post-url': 'https://www.linkedin.com/feed/update/urn:li:share:1/',
      'comment-urn': POSTED.commentUrn,
      urns: '{"a.md":"urn:li:share:7123","b.md":"urn:li:share:1","c.md":"urn:li:share:2"}',
      'posted-count': '2',
      'known-count': '1',
    });
  });

  it('the URN of a known post is an output only if it is the single post', () => {
    expect(outputsOf([KNOWN])['post-urn']).toBe('urn:li:share:7123');
    expect(outputsOf([named('a.md', KNOWN), named('b.md', KNOWN)])['post-urn']).toBe('');
    expect(outputsOf([{ outcome: { state: 'failed' } }])['post-urn']).toBe('');
  });

  it('a planned edit and a failed edit have their URN in `urns` and `post-urn` only once they are edited', () => {
    const edit = (state: 'planned' | 'failed' | 'edited'): Given => ({
      state: 'edit',
      outcome: { ...POSTED, state },
    });
    const firstOf = (given: Given) => outputsOf([given], {});
    for (const state of ['planned', 'failed'] as const)
      expect(firstOf(edit(state))).toMatchObject({
        'post-urn': '',
        'post-url': '',
        'comment-urn': '',
        urns: '{}',
      });
    expect(firstOf(edit('edited'))['post-urn']).toBe(POSTED.urn);
  });

  it('scheduled posts count as waiting, and the next time is named', () => {
    const nextAt = timeAt(Date.parse('2026-12-03T09:00:00Z'));
    const values = outputsOf(
      [named('a.md', { state: 'scheduled' }), named('b.md', { state: 'draft' })],
      {
        plan: { nextAt },
      },
    );
    expect(values).toMatchObject({ 'waiting-count': '1', 'next-at': '2026-12-03T09:00:00Z' });
  });

  it('failed, skipped and unknown posts count as failed', () => {
    const errors = [new ActionError('POST_UNKNOWN', 'x')];
    const states = ['failed', 'skipped', 'unknown'] as const;
    const given = states.map((state) => named(state, { outcome: { state, errors } }));
    expect(outputsOf(given)['failed-count']).toBe('3');
  });
});
