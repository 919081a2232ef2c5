// The report of a run of the post action: its headline, its annotations, and whether the step fails.

import { describe, expect, it } from 'vitest';
import {
  ActionError,
  FileError,
  InputError,
  RunError,
  runStoppedError,
} from '../../../src/errors/action-error.ts';
import { buildPostFailureReport } from '../../../src/report/posts/post-report.ts';
import { buildSummary } from '../../../src/report/summary.ts';
import { type Given, POSTED, reportOf } from './post-runs.ts';

const BAD = new ActionError('POST_KEY', '`titel` is not a key', {
  subject: { file: 'posts/launch.md', line: 3 },
});
const FAILED: Given = { state: 'failed', more: { errors: [BAD] } };
const TOO_MANY = new InputError('INPUT_INVALID', 'max-posts', 'is 1, but 2 posts are due');
const STOPPED: Given = { outcome: { state: 'skipped', errors: [runStoppedError('not posted', TOO_MANY)] } };
const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGINT)');

describe('headline and result', () => {
  it.each<[string, readonly Given[], Parameters<typeof reportOf>[1], string, boolean]>([
    ['no posts', [], {}, 'No posts found, nothing to do', false],
    ['a post that went out', [{ outcome: POSTED }], {}, '1 posted of 1 post', false],
    [
      'posts in several states',
      [{ outcome: POSTED }, { state: 'draft' }, { state: 'scheduled' }, FAILED],
      {},
      '1 posted, 1 scheduled, 1 in draft, 1 failed of 4 posts',
      true,
    ],
    ['nothing that went out', [{ state: 'expired' }], {}, '0 posted, 1 expired of 1 post', false],
    [
      'a plan',
      [{ outcome: { state: 'planned' } }],
      { mode: 'plan' },
      'Plan: 1 can be posted of 1 post',
      false,
    ],
    [
      'a plan with a post that is not valid',
      [{ outcome: { state: 'planned' } }, FAILED],
      { mode: 'plan' },
      'Plan: 1 held back until all are valid, 1 failed of 2 posts',
      true,
    ],
    [
      'a plan with more posts than it may send',
      [{ outcome: { state: 'planned' } }, { outcome: { state: 'planned' } }, { state: 'draft' }],
      { mode: 'plan', plan: { maxPosts: 1 } },
      'Plan: 2 are due, `max-posts` is 1; 1 in draft of 3 posts',
      true,
    ],
    [
      'more posts than the run may send',
      [STOPPED, STOPPED],
      { plan: { maxPosts: 1 } },
      '2 are due, `max-posts` is 1',
      true,
    ],
    [
      'a plan that could not read the memory',
      [{ outcome: { state: 'planned' } }],
      { mode: 'plan', memoryError: new ActionError('GITHUB_FAILED', 'GitHub did not respond') },
      'Plan: 1 due or posted earlier of 1 post',
      false,
    ],
    ['a simulation', [{ outcome: POSTED }], { mode: 'simulate' }, 'Simulated: 1 posted of 1 post', false],
    [
      'a cancelled run',
      [{ outcome: { state: 'skipped', errors: [CANCELLED] } }],
      { end: CANCELLED },
      'Cancelled. 0 posted, 1 not sent of 1 post',
      true,
    ],
  ])('%s', (_, given, options, headline, failed) => {
    expect(reportOf(given, options)).toMatchObject({ headline, failed });
  });

  it('a plan says in log, summary and preview that an error holds back the other posts', () => {
    const text = 'A run that publishes sends nothing while a post has an error.';
    const planned: Given = { outcome: { state: 'planned' } };
    const held = reportOf([planned, FAILED], { mode: 'plan' });
    expect([held.lines, held.blocks]).toEqual([
      expect.arrayContaining([text]),
      expect.arrayContaining([text]),
    ]);
    expect(held.preview).toContain(text);
    for (const given of [[planned], [FAILED]])
      expect(reportOf(given, { mode: 'plan' }).preview).not.toContain(text);
  });

  it('the preview of a plan says that more posts are due than the run may send', () => {
    const plan = { maxPosts: 1 };
    const planned: Given = { outcome: { state: 'planned' } };
    const { preview } = reportOf([planned, planned], { mode: 'plan', plan });
    expect(preview).toContain('is 1, but 2 posts are due');
  });

  it('a post with a failed comment fails the step, although it is posted', () => {
    const errors = [new ActionError('COMMENT_FAILED', 'LinkedIn refused the comment')];
    expect(reportOf([{ outcome: { ...POSTED, errors } }])).toMatchObject({
      failed: true,
      outputs: { 'posted-count': 1 },
    });
  });

  it('a memory that could not be written fails the step', () => {
    const runErrors = [new ActionError('MANIFEST_WRITE', 'not written')];
    const { failed, annotations } = reportOf([{ outcome: POSTED }], { runErrors });
    expect([failed, annotations.map(({ title }) => title)]).toEqual([true, ['MANIFEST_WRITE']]);
  });
});

describe('annotations', () => {
  it('the error of a post is annotated at its line, and the text names the place too', () => {
    expect(reportOf([FAILED]).annotations).toEqual([
      {
        title: 'POST_KEY',
        rest: ', line 3: `titel` is not a key',
        reason: 'line 3: `titel` is not a key',
        message: 'posts/launch.md, line 3: `titel` is not a key',
        hint: BAD.hint,
        file: 'posts/launch.md',
        line: 3,
      },
    ]);
  });

  it('a run that an invalid post stops has no second annotation for it, nor for the posts that are skipped', () => {
    const stop = new ActionError('POST_KEY', BAD.problem, { subject: { file: 'posts/launch.md', line: 3 } });
    const { annotations } = reportOf([FAILED, STOPPED], { plan: { stop } });
    expect(annotations.map(({ title }) => title)).toEqual(['POST_KEY']);
  });

  it('an error that stopped the run is annotated once', () => {
    const { annotations } = reportOf([STOPPED, STOPPED], { plan: { stop: TOO_MANY } });
    expect(annotations).toMatchObject([
      { title: 'input max-posts', message: 'max-posts is 1, but 2 posts are due' },
    ]);
  });

  it('an error of a post of inputs is annotated under the input', () => {
    const error = new InputError('POST_MEDIA', 'media', 'a.png does not exist');
    const [annotation] = reportOf([{ state: 'failed', more: { errors: [error] } }]).annotations;
    expect(annotation).toMatchObject({ title: 'input media', message: 'media a.png does not exist' });
  });

  it('what several posts have in common is annotated once, with their names', () => {
    const errors = [new ActionError('POST_UNAPPROVED', 'the job lacks `pull-requests: read`')];
    const failed = (file: string): Given => ({ post: { file }, outcome: { state: 'failed', errors } });
    const { annotations } = reportOf(['a.md', 'b.md', 'c.md', 'd.md'].map(failed));
    expect(annotations.map(({ message }) => message)).toEqual([
      '4 posts (a.md, b.md, c.md and 1 more): the job lacks `pull-requests: read`',
    ]);
  });

  it('an error without a place names its post', () => {
    const errors = [
      new ActionError('POST_REFUSED', 'LinkedIn refused it'),
      new FileError('POST_UNAPPROVED', 'posts/launch.md', 'is not approved'),
    ];
    const { annotations } = reportOf([{ outcome: { state: 'failed', errors } }]);
    expect(annotations.map(({ message, file }) => [message, file])).toEqual([
      ['posts/launch.md: LinkedIn refused it', 'posts/launch.md'],
      ['posts/launch.md is not approved', 'posts/launch.md'],
    ]);
  });
});

describe('preview and summary', () => {
  it('a post has the reason of its state, its warnings, and the link to it', () => {
    const reason = 'it is due later';
    const warnings = [{ text: 'no alternative text', line: 2 }];
    const { preview } = reportOf([
      { state: 'scheduled', more: { reason }, written: { warnings } },
      { outcome: { ...POSTED, notice: 'has changed' } },
    ]);
    expect(preview).toContain(
      `- ${reason}\n- warning, line 2:<wbr> no alternative text`.replace(/:<wbr>/, ':'),
    );
    expect(preview).toContain(`[on LinkedIn](https://www.linkedin.com/feed/update/${POSTED.urn}/)`);
    expect(preview).toContain('- it has changed');
  });

  it('an error stands with its post in the preview, and once in the summary', () => {
    const report = reportOf([FAILED]);
    const times = (text: string) => text.split('is not a key').length - 1;
    expect([times(report.preview ?? ''), times(buildSummary(report))]).toEqual([1, 1]);
  });

  it('the posts that a stopped run leaves are one line with their number in log, preview and summary', () => {
    const stop = new ActionError('TOKEN_REFUSED', 'LinkedIn refused the token');
    const skipped = { outcome: { state: 'skipped', errors: [runStoppedError('not posted', stop)] } } as const;
    const report = reportOf([skipped, skipped, skipped], { plan: { stop } });
    expect(report.lines).toEqual(['3 posts skipped: the run was stopped (TOKEN_REFUSED)']);
    expect(report.preview).toContain('LinkedIn refused the token');
    expect(buildSummary(report).match(/LinkedIn refused the token/g)).toHaveLength(1);
    for (const text of [report.preview ?? '', buildSummary(report)])
      expect(text.match(/the run was stopped/g)).toHaveLength(1);
  });

  it('a plan that could not read the memory says so', () => {
    const memoryError = new ActionError('GITHUB_FAILED', 'GitHub did not respond');
    const report = reportOf([{ outcome: { state: 'planned' } }], { mode: 'plan', memoryError });
    expect(buildSummary(report)).toContain('The memory of posts could not be read');
    expect(report.preview).toContain('The memory of posts could not be read');
  });

  it('a plan that could not read the memory says that too many posts may be due', () => {
    const memoryError = new ActionError('GITHUB_FAILED', 'GitHub did not respond');
    const planned = { outcome: { state: 'planned' } } as const;
    const textsOf = (count: number) => {
      const report = reportOf(Array(count).fill(planned), { mode: 'plan', memoryError, maxPosts: 1 });
      return [report.notices.map(({ text }) => text).join(), buildSummary(report)];
    };
    for (const text of textsOf(1)) expect(text).not.toContain('max-posts');
    for (const text of textsOf(2)) expect(text).toContain('more than 1 post due sends nothing');
  });

  it('a plan says that more posts have one time than a run may send', () => {
    const scheduled = ['posts/a.md', 'posts/b.md'].map((file) => ({
      state: 'scheduled' as const,
      outcome: { state: 'scheduled' as const },
      post: { file, atMs: Date.UTC(2026, 11, 3) },
    }));
    const report = (maxPosts: number) => reportOf(scheduled, { mode: 'plan', maxPosts });
    expect(report(2).notices).toEqual([]);
    const text = /^2 posts are due at 2026-12-03T00:00:00Z, and a run that finds more than 1 post due/;
    expect(report(1).notices).toEqual([{ title: 'input max-posts', text: expect.stringMatching(text) }]);
    expect(report(1).preview).toContain('2 posts are due at');
  });

  it('a plan says that it does not check the approval', () => {
    const planned = { outcome: { state: 'planned' } } as const;
    const summary = (approval: 'none' | 'review') =>
      buildSummary(reportOf([planned], { mode: 'plan', approval }));
    expect(summary('none')).not.toContain('approval');
    expect(summary('review')).toContain('A plan does not check <code>approval: review</code>.');
  });

  it('a post that a person published keeps its link in a simulation, because it is on LinkedIn', () => {
    const outcome = { ...POSTED, state: 'known', reason: 'its file names its URN' } as const;
    expect(reportOf([{ outcome }], { mode: 'simulate' }).preview).toContain(`feed/update/${POSTED.urn}/`);
  });

  it('a simulated post has its URN without a link, because it is not on LinkedIn', () => {
    const { preview } = reportOf([{ outcome: POSTED }], { mode: 'simulate' });
    expect(preview).toContain('which is not on LinkedIn');
    expect(preview).not.toContain('feed/update');
  });
});

describe('buildPostFailureReport', () => {
  it('input errors are annotated under their names', () => {
    const report = buildPostFailureReport(
      InputError.all([
        new InputError('INPUT_MISSING', 'owner', 'is empty'),
        new InputError('INPUT_INVALID', 'max-posts', 'is "0"'),
      ]),
    );
    expect(report).toMatchObject({
      failed: true,
      headline: 'Nothing was sent: 2 inputs to correct',
      rows: [],
    });
    expect(report.annotations.map(({ title }) => title)).toEqual(['input owner', 'input max-posts']);
    expect(report.preview?.split('\n\n').slice(1)).toEqual([
      'Nothing was sent: 2 inputs to correct.',
      expect.stringMatching(/^owner is empty\. \S/),
      expect.stringMatching(/^max-posts is "0". \S/),
      'No posts to show.\n',
    ]);
  });

  it('other errors and a cancellation have their own headline', () => {
    expect(buildPostFailureReport(CANCELLED).headline).toBe('Cancelled. Nothing was sent');
    expect(buildPostFailureReport(new TypeError('x'))).toMatchObject({
      headline: 'The run failed',
      annotations: [{ title: 'INTERNAL' }],
    });
  });
});
