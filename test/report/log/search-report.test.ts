// The log of the search: files found, patterns that matched nothing, and advice for patterns with typical mistakes.

import { expect, it } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { reportSearch, type SearchResult } from '../../../src/report/log/search-report.ts';
import { caught } from '../../support/caught.ts';
import { recordingLogger } from '../../support/recording-logger.ts';

const NOTHING: SearchResult = { input: 'files', files: [], skipped: [], unmatched: [], idle: [] };
const none = (pattern: string) => ({ pattern, reason: '', isAdvice: false });
const A = none('a/*');
const ADVISED = { ...A, reason: 'did you mean b/*?', isAdvice: true };
const HIDDEN = [{ path: '.env', reason: 'hidden' }] as const;
const ONE = { files: [{ path: 'a.png' }] };
const RELEASE: SearchResult = {
  ...NOTHING,
  input: 'release-assets',
  description: 'release v1 (1 asset: a.mp4)',
};

/** What is logged and returned. */
function report(
  found: readonly Partial<SearchResult>[],
  ifNoFilesFound: Parameters<typeof reportSearch>[1] = 'error',
) {
  const logger = recordingLogger();
  const results = found.map((one) => ({ ...NOTHING, ...one }));
  return { warnings: reportSearch(results, ifNoFilesFound, logger), logger };
}

it('the number of files is logged, with the release of assets; skipped paths by reason, and each in the debug log', () => {
  const skipped = [...HIDDEN, { path: 'b.png', reason: 'link' } as const, ...HIDDEN];
  const { logger } = report([
    { ...ONE, skipped },
    { ...RELEASE, ...ONE },
  ]);
  expect(logger.texts('info')).toEqual([
    '1 file found',
    'skipped: 2 paths, a hidden file or a link to one (`include-hidden-files: true` allows it)',
    'skipped: 1 path, reached through a link (`follow-symlinks: true` allows it)',
    '1 release asset found in release v1 (1 asset: a.mp4)',
  ]);
  expect(logger.texts('debug')).toEqual([
    'skipped (hidden): .env',
    'skipped (link): b.png',
    'skipped (hidden): .env',
  ]);
  expect(logger.texts('warning')).toEqual([]);
});

it.each(['error', 'warn', 'ignore'] as const)(
  'each pattern without a match, and each `!` line that excludes nothing, gets a warning when others matched (if-no-files-found: %s)',
  (ifNoFilesFound) => {
    const { warnings, logger } = report(
      [
        { unmatched: [none('*.mov')], idle: ['!wip/**'] },
        { ...RELEASE, ...ONE },
      ],
      ifNoFilesFound,
    );
    const texts = [
      'the pattern *.mov matched nothing',
      'the pattern !wip/** excludes nothing; correct it, or remove the line',
    ];
    expect(warnings).toEqual(texts.map((text) => ({ about: 'files', text })));
    expect(logger.records.filter(({ level }) => level === 'warning')).toEqual(
      texts.map((text) => ({ level: 'warning', text, title: 'input files' })),
    );
  },
);

it.each<[string, Partial<SearchResult>, string]>([
  [
    'unmatched patterns',
    { unmatched: [A, none('b/*')] },
    'the pattern a/* matched nothing; the pattern b/* matched nothing',
  ],
  [
    'unmatched patterns and hidden files',
    { unmatched: [A], skipped: HIDDEN },
    'the pattern a/* matched nothing; skipped: 1 path, a hidden file or a link to one (`include-hidden-files: true` allows it)',
  ],
  [
    'only comments and excludes',
    {},
    'it has no pattern that includes files; write one without a `!` before it',
  ],
  ['a suggestion', { unmatched: [ADVISED] }, 'the pattern a/* matched nothing (did you mean b/*?)'],
  [
    'an empty workspace',
    { unmatched: [A], isWorkspaceEmpty: true },
    'the workspace is empty, probably because no step has checked out the repository',
  ],
  [
    'more patterns than are explained',
    { unmatched: Array(7).fill(A) },
    `${Array(5).fill('the pattern a/* matched nothing').join('; ')}; 2 more patterns matched nothing`,
  ],
  [
    'a release without a match',
    { ...RELEASE, unmatched: [A] },
    'the pattern a/* matched nothing; searched release v1 (1 asset: a.mp4)',
  ],
])('an empty search names its reasons: %s', (_, found, reasons) => {
  const text = `matches no file that can be uploaded: ${reasons}`;
  const about = found.input ?? 'files';
  const { warnings, logger } = report([found], 'warn');
  expect(warnings).toEqual([{ about, text }]);
  expect(logger.records.at(-1)).toEqual({
    level: 'warning',
    text: `${about} ${text}`,
    title: `input ${about}`,
  });
  const ignored = report([found], 'ignore');
  expect([ignored.warnings, ignored.logger.texts('warning')]).toEqual([[], []]);
  expect(ignored.logger.texts('info').at(-1)).toBe(`${about} ${text}`);
});

it.each<[string, Partial<SearchResult>, string, RegExp]>([
  ['a pattern', { unmatched: [A] }, 'FILES_NOT_FOUND', /if-no-files-found/],
  ['a pattern with advice', { unmatched: [ADVISED] }, 'FILES_NOT_FOUND', /^$/],
  ['no pattern', {}, 'FILES_NOT_FOUND', /^$/],
  [
    'an empty workspace',
    { unmatched: [A], isWorkspaceEmpty: true },
    'WORKSPACE_EMPTY',
    /actions\/checkout/,
  ],
  ['a release', { ...RELEASE, unmatched: [A] }, 'RELEASE_UNMATCHED', /release/],
])(
  'an empty search is an error of each input with if-no-files-found: error (%s)',
  async (_, found, code, hint) => {
    const { errors } = await caught(() => report([found, RELEASE]), InputError);
    expect(errors.map(({ input }) => input)).toEqual([found.input ?? 'files', 'release-assets']);
    expect(errors[0]).toMatchObject({ code, hint: expect.stringMatching(hint) });
  },
);
