// The log of the search: files found, patterns that matched nothing, and advice for patterns with typical mistakes.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { reportSearch, type SearchResult } from '../../../src/report/log/search-report.ts';
import { caught } from '../../support/caught.ts';
import { recordingLogger } from '../../support/recording-logger.ts';

const NOTHING: SearchResult = { input: 'files', files: [], skipped: [], unmatched: [], idle: [] };
const none = (pattern: string) => ({ pattern, reason: '', isAdvice: false });
const A = none('a/*');
const ONE = { files: [{ path: 'a.png', absolutePath: '/nowhere/a.png', sizeBytes: 1 }] };

describe('found files', () => {
  it('the number of found files is logged', () => {
    const logger = recordingLogger();
    reportSearch([{ ...NOTHING, ...ONE }], 'error', logger);
    expect(logger.records).toEqual([{ level: 'info', text: '1 file found' }]);
  });

  it('a `!` line that excludes nothing is a warning', () => {
    const logger = recordingLogger();
    reportSearch([{ ...NOTHING, ...ONE, idle: ['!wip/**', '!"b.png"'] }], 'error', logger);
    expect(logger.texts('warning')).toEqual([
      'the pattern !wip/** excludes nothing; correct it, or remove the line',
      'the pattern !"b.png" excludes nothing; correct it, or remove the line',
    ]);
  });

  it('skipped paths are counted by reason, and listed in the debug log', () => {
    const logger = recordingLogger();
    const skipped = [
      { path: '.env', reason: 'hidden' },
      { path: 'b.png', reason: 'link' },
      { path: '.git/config', reason: 'hidden' },
    ] as const;
    reportSearch([{ ...NOTHING, ...ONE, skipped }], 'error', logger);
    expect(logger.texts('info')).toEqual([
      '1 file found',
      'skipped: 2 paths, a hidden file or a link to one (`include-hidden-files: true` allows it)',
      'skipped: 1 path, reached through a link (`follow-symlinks: true` allows it)',
    ]);
    expect(logger.texts('debug')).toEqual([
      'skipped (hidden): .env',
      'skipped (link): b.png',
      'skipped (hidden): .git/config',
    ]);
  });

  it('of many unmatched patterns, four get a warning each, and a fifth warning counts the others, which the log lists', () => {
    const logger = recordingLogger();
    const unmatched = Array.from({ length: 12 }, (_, index) => none(`*.x${index}`));
    reportSearch([{ ...NOTHING, ...ONE, unmatched }], 'warn', logger);
    expect(logger.texts('warning')).toEqual([
      'the pattern *.x0 matched nothing',
      'the pattern *.x1 matched nothing',
      'the pattern *.x2 matched nothing',
      'the pattern *.x3 matched nothing',
      '8 more warnings; the log lists all of them',
    ]);
    expect(logger.texts('info').filter((text) => text.includes('*.x'))).toEqual(
      unmatched.slice(4).map(({ pattern }) => `the pattern ${pattern} matched nothing`),
    );
  });

  it.each(['error', 'warn', 'ignore'] as const)(
    'each unmatched pattern gets a warning when other patterns matched (if-no-files-found: %s)',
    (ifNoFilesFound) => {
      const logger = recordingLogger();
      const warnings = reportSearch(
        [{ ...NOTHING, ...ONE, unmatched: [none('*.webm'), none('*.mov')] }],
        ifNoFilesFound,
        logger,
      );
      expect(warnings).toEqual([
        { about: 'files', text: 'the pattern *.webm matched nothing' },
        { about: 'files', text: 'the pattern *.mov matched nothing' },
      ]);
      expect(logger.records.filter(({ level }) => level === 'warning')).toEqual([
        { level: 'warning', text: 'the pattern *.webm matched nothing', title: 'input files' },
        { level: 'warning', text: 'the pattern *.mov matched nothing', title: 'input files' },
      ]);
    },
  );
});

describe('empty search', () => {
  const HIDDEN = [{ path: '.env', reason: 'hidden' }] as const;
  const MANY = Array.from({ length: 7 }, (_, index) => none(`${index}/*.png`));

  it.each<[string, Partial<SearchResult>, RegExp]>([
    [
      'unmatched patterns',
      { unmatched: [A, none('b/*')] },
      /: the pattern a\/\* matched nothing; the pattern b\/\* matched nothing$/,
    ],
    [
      'only hidden files',
      { skipped: HIDDEN },
      /: skipped: 1 path, a hidden file or a link to one \(`include-hidden-files: true` allows it\)$/,
    ],
    [
      'unmatched patterns and hidden files',
      { unmatched: [A], skipped: HIDDEN },
      /matched nothing; skipped: 1 path/,
    ],
    [
      'only comments and excludes',
      {},
      /: it has no pattern that includes files; write one without a `!` before it$/,
    ],
    [
      'a suggestion',
      { unmatched: [{ ...A, reason: 'did you mean b/*?', isAdvice: true }] },
      /: the pattern a\/\* matched nothing \(did you mean b\/\*\?\)$/,
    ],
    [
      'an empty workspace',
      { unmatched: [A], isWorkspaceEmpty: true },
      /: the workspace is empty, probably because no step/,
    ],
    [
      'many unmatched patterns',
      { unmatched: MANY },
      /4\/\*\.png matched nothing; 2 more patterns matched nothing$/,
    ],
  ])('the warning for an empty search names its reasons: %s', (_, found, text) => {
    const logger = recordingLogger();
    const warnings = reportSearch([{ ...NOTHING, ...found }], 'warn', logger);
    expect(warnings.map((one) => one.text)).toEqual(logger.texts('warning'));
    expect(logger.texts('warning')).toEqual([expect.stringMatching(text)]);
    expect(logger.texts('warning')[0]).toMatch(/^files matches no file that can be uploaded: /);
  });

  it('an empty search is an error of the input `files` with if-no-files-found: error', () => {
    const logger = recordingLogger();
    let thrown: unknown;
    try {
      reportSearch([{ ...NOTHING, unmatched: [A] }], 'error', logger);
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof InputError)) throw thrown;
    expect(thrown.errors).toMatchObject([{ code: 'FILES_NOT_FOUND', input: 'files' }]);
    expect(thrown.errors[0]?.hint).toContain('if-no-files-found');
    const advised = { ...A, reason: 'did you mean b/*?', isAdvice: true };
    for (const unmatched of [[advised], []])
      expect(() => reportSearch([{ ...NOTHING, unmatched }], 'error', logger)).toThrow(
        expect.objectContaining({ errors: [expect.objectContaining({ hint: '' })] }),
      );
    expect(logger.texts('warning')).toEqual([]);
  });

  it('an empty workspace is a separate error with a hint to check out the repository', async () => {
    const empty = { ...NOTHING, unmatched: MANY, isWorkspaceEmpty: true };
    const logger = recordingLogger();
    const { errors } = await caught(() => reportSearch([empty], 'error', logger), InputError);
    expect(errors).toMatchObject([{ code: 'WORKSPACE_EMPTY', input: 'files' }]);
    expect(errors[0]?.hint).toContain('actions/checkout');
    expect(errors[0]?.message).not.toContain('*.png');
    expect(logger.texts('info')).toEqual([]);
  });

  it('an empty search is logged without a warning with if-no-files-found: ignore', () => {
    const logger = recordingLogger();
    expect(reportSearch([{ ...NOTHING, unmatched: [A] }], 'ignore', logger)).toEqual([]);
    expect(logger.texts('warning')).toEqual([]);
    expect(logger.texts('info').at(-1)).toContain('the pattern a/* matched nothing');
  });

  it('every unmatched pattern is in the log', () => {
    const logger = recordingLogger();
    reportSearch([{ ...NOTHING, unmatched: MANY }], 'warn', logger);
    const log = logger.records.map(({ text }) => text).join('\n');
    for (const { pattern } of MANY) expect(log).toContain(`the pattern ${pattern} matched nothing`);
  });
});

describe('search in a release', () => {
  const RELEASE: SearchResult = {
    ...NOTHING,
    input: 'release-assets',
    description: 'release v1 (1 asset: a.mp4)',
  };

  it('the log names the release of the found assets, and a warning names the input of its pattern', () => {
    const logger = recordingLogger();
    reportSearch(
      [
        { ...NOTHING, unmatched: [none('*.png')] },
        { ...RELEASE, ...ONE },
      ],
      'error',
      logger,
    );
    expect(logger.texts('info')).toEqual([
      '0 files found',
      '1 release asset found in release v1 (1 asset: a.mp4)',
    ]);
    expect(logger.records.filter(({ level }) => level === 'warning')).toEqual([
      { level: 'warning', text: 'the pattern *.png matched nothing', title: 'input files' },
    ]);
  });

  it('every input without files is an error when no input found any', async () => {
    const nothing = [
      { ...NOTHING, unmatched: [none('*.png')] },
      { ...RELEASE, unmatched: [none('*.mov')] },
    ];
    const { errors } = await caught(() => reportSearch(nothing, 'error', recordingLogger()), InputError);
    expect(errors).toMatchObject([
      { code: 'FILES_NOT_FOUND', input: 'files' },
      { code: 'RELEASE_UNMATCHED', input: 'release-assets' },
    ]);
    expect(errors[1]?.message).toMatch(/\*\.mov matched nothing; searched release v1 \(1 asset: a\.mp4\)$/);
  });
});
