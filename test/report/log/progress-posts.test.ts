// The log lines of posts: warnings before anything is sent, and what becomes of each post.

import { expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import { NEWEST_KNOWN_VERSION } from '../../../src/linkedin/apis.ts';
import type { Publication } from '../../../src/post/publication.ts';
import { logPosts } from '../../../src/report/log/progress.ts';
import type { Logger } from '../../../src/run.ts';
import { makeEntry } from '../../post/posts.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { testRun } from '../../support/run.ts';
import { POSTED, runOf } from '../posts/post-runs.ts';

const INPUTS = { mode: 'publish', linkedinVersion: NEWEST_KNOWN_VERSION } as const;

function runWith(logger: Logger, isMemoryNew = false) {
  return { ...testRun({ logger }), isMemoryNew };
}

it('warnings are annotated at their lines, those of a published post not', () => {
  const logger = recordingLogger();
  const warnings = [{ subject: { file: 'posts/launch.md', line: 1 }, problem: 'warning' }];
  const known = { state: 'known', more: { entry: makeEntry({ state: 'posted' }) } } as const;
  // Whoever wrote a post that is known has seen its warnings.
  const run = runOf([{ written: { warnings } }, { ...known, written: { warnings } }]);
  logPosts(run, INPUTS, runWith(logger));
  expect(logger.records.filter(({ level }) => level === 'warning')).toMatchObject([
    { text: 'posts/launch.md, line 1: warning', file: 'posts/launch.md', line: 1 },
  ]);
});

it('a run that publishes with a new memory says so', () => {
  const logger = recordingLogger();
  logPosts(runOf([]), INPUTS, runWith(logger, true));
  logPosts(runOf([]), { ...INPUTS, mode: 'plan' }, runWith(logger, true));
  expect(logger.texts('notice')).toEqual([expect.stringContaining('the manifest is new')]);
});

it('expired posts and copies are warned of, and changed ones noticed', () => {
  const logger = recordingLogger();
  const ledger = runOf([
    { state: 'expired', more: { reason: 'it was due long ago' } },
    { state: 'known', more: { entry: makeEntry({ state: 'posted' }), notice: 'has changed' } },
    { state: 'known', more: { entry: makeEntry({ state: 'posted' }), warning: 'is not sent: a copy' } },
    { state: 'scheduled', more: { reason: 'it is due later' } },
  ]);
  logPosts(ledger, INPUTS, runWith(logger));
  expect(logger.texts('warning')).toEqual([
    'posts/launch.md is not posted: it was due long ago',
    'posts/launch.md is not sent: a copy',
  ]);
  expect(logger.texts('notice')).toEqual(['posts/launch.md has changed']);
  expect(logger.texts('info').at(-1)).toBe('posts/launch.md: scheduled: it is due later');
});

it('each post is logged when it is settled', () => {
  const logger = recordingLogger();
  const ledger = runOf([{}, {}]);
  logPosts(ledger, INPUTS, runWith(logger));
  const [first, second] = ledger.items as [Publication, Publication];
  first.settle(POSTED);
  second.settle({
    state: 'failed',
    errors: [new ActionError('POST_REFUSED', 'LinkedIn refused it')],
  });
  expect(logger.texts('info')).toEqual([
    `posts/launch.md: posted as urn:li:share:1 (https://www.linkedin.com/feed/update/urn:li:share:1/): its first comment is ${POSTED.commentUrn}`,
    'posts/launch.md: failed',
  ]);
});

it('the posts that a stopped run leaves have no line each', () => {
  const logger = recordingLogger();
  const ledger = runOf([{}, {}]);
  logPosts(ledger, INPUTS, runWith(logger));
  ledger.skipOpen(new ActionError('TOKEN_REFUSED', 'LinkedIn refused the token'));
  expect(logger.texts('info')).toEqual([]);
});
