// What the log says before anything is sent: what was found, what was not, and what is odd about it.

import { describe, expect, it } from 'vitest';
import { logPlanWarnings } from '../../../src/action/log/progress.ts';
import { logShard, reportSearch, type SearchResult } from '../../../src/action/log/search-report.ts';
import { AggregateInputError } from '../../../src/errors.ts';
import { inputErrorsThrownBy } from '../inputs/step-inputs.ts';
import { picture, planOf } from '../ledgers.ts';
import { recordingLogger } from '../recording-logger.ts';

const NOTHING: SearchResult = { input: 'files', files: [], skipped: [], unmatched: [] };
const A = { pattern: 'a/*' };
const ONE = { files: [{ path: 'a.png', absolutePath: '/nowhere/a.png', sizeBytes: 1 }] };

describe('what was found', () => {
  it('is counted', () => {
    const logger = recordingLogger();
    reportSearch([{ ...NOTHING, ...ONE }], 'error', logger);
    expect(logger.records).toEqual([{ level: 'info', text: '1 file found' }]);
  });

  it('is told apart from what goes along with a video, which gets no row', () => {
    const logger = recordingLogger();
    reportSearch(
      [{ ...NOTHING, ...ONE, sidecarCount: 1, description: 'release v1 (1 asset)' }],
      'error',
      logger,
    );
    reportSearch([{ ...NOTHING, ...ONE, sidecarCount: 2 }], 'error', logger);
    expect(logger.texts('info')).toEqual([
      '1 file found in release v1 (1 asset), 1 of them to go along with a video',
      '1 file found, 2 of them to go along with a video',
    ]);
  });

  it('is told again for a share of it, an empty one too', () => {
    const logger = recordingLogger();
    logShard(null, { ...ONE, sidecarCount: 1 }, logger);
    logShard({ index: 2, count: 4 }, { ...ONE, sidecarCount: 1 }, logger);
    logShard({ index: 3, count: 4 }, { files: [] }, logger);
    expect(logger.texts('info')).toEqual([
      'share 2/4: 1 file, 1 of them to go along with a video',
      'share 3/4: no files',
    ]);
  });

  it('comes with what was left out: counted by rule, and listed for debugging', () => {
    const logger = recordingLogger();
    const skipped = [
      { path: '.env', reason: 'hidden' },
      { path: 'b.png', reason: 'link' },
      { path: '.git/config', reason: 'hidden' },
    ] as const;
    reportSearch([{ ...NOTHING, ...ONE, skipped }], 'error', logger);
    expect(logger.texts('info')).toEqual([
      '1 file found',
      'left out: 2 paths, a hidden file or a link to one (`include-hidden-files: true` allows it)',
      'left out: 1 path, reached through a link (`follow-symlinks: true` allows it)',
    ]);
    expect(logger.texts('debug')).toEqual([
      'left out (hidden): .env',
      'left out (link): b.png',
      'left out (hidden): .git/config',
    ]);
  });

  it('warns of a few patterns that matched nothing, and counts the others, which the log has', () => {
    const logger = recordingLogger();
    const unmatched = Array.from({ length: 12 }, (_, index) => ({ pattern: `*.x${index}` }));
    reportSearch([{ ...NOTHING, ...ONE, unmatched }], 'warn', logger);
    expect(logger.texts('warning')).toEqual([
      'the pattern *.x0 matched nothing',
      'the pattern *.x1 matched nothing',
      '10 more patterns brought nothing: the log has them all',
    ]);
    expect(logger.texts('info').filter((text) => text.includes('*.x'))).toEqual(
      unmatched.slice(2).map(({ pattern }) => `the pattern ${pattern} matched nothing`),
    );
  });

  it.each(['error', 'warn', 'ignore'] as const)(
    'warns of each pattern that matched nothing, beside others that did: %s',
    (ifNone) => {
      const logger = recordingLogger();
      const missed = reportSearch(
        [{ ...NOTHING, ...ONE, unmatched: [{ pattern: '*.webm' }, { pattern: '*.mov' }] }],
        ifNone,
        logger,
      );
      expect(missed).toEqual([
        { input: 'files', text: 'the pattern *.webm matched nothing' },
        { input: 'files', text: 'the pattern *.mov matched nothing' },
      ]);
      expect(logger.records.filter(({ level }) => level === 'warning')).toEqual([
        { level: 'warning', text: 'the pattern *.webm matched nothing', title: 'input files' },
        { level: 'warning', text: 'the pattern *.mov matched nothing', title: 'input files' },
      ]);
    },
  );
});

describe('nothing found', () => {
  const HIDDEN = [{ path: '.env', reason: 'hidden' }] as const;
  const MANY = Array.from({ length: 7 }, (_, index) => ({ pattern: `${index}/*.png` }));

  it.each<[string, Partial<SearchResult>, RegExp]>([
    [
      'patterns',
      { unmatched: [A, { pattern: 'b/*' }] },
      /: the pattern a\/\* matched nothing; the pattern b\/\* matched nothing$/,
    ],
    [
      'hidden files alone',
      { skipped: HIDDEN },
      /: left out: 1 path, a hidden file or a link to one \(`include-hidden-files: true` allows it\)$/,
    ],
    ['both', { unmatched: [A], skipped: HIDDEN }, /matched nothing; left out: 1 path/],
    ['comments and excludes alone', {}, /: it holds no pattern that takes files in$/],
    [
      'a file that an exclude takes out',
      { unmatched: [{ ...A, excluded: 'a/b.png' }] },
      /: the pattern a\/\* matched only what a `!` line excludes, such as a\/b\.png$/,
    ],
    [
      'a file in other letter case, whatever else the pattern looks like',
      { unmatched: [{ pattern: 'A/*.png, x', otherCase: 'a/b.png' }] },
      /matched nothing \(a\/b\.png is there: the case of letters counts\)$/,
    ],
    [
      'what there is in the workspace, but for what hides',
      { unmatched: [A], workspaceEntries: ['.git', 'README.md', 'media'] },
      /matched nothing; the workspace holds README\.md, media$/,
    ],
    [
      'the first names of many',
      { unmatched: [A], workspaceEntries: Array.from({ length: 13 }, (_, index) => `${index}`) },
      /the workspace holds 0, 1, .*, 9, 3 more$/,
    ],
    ['hidden names alone', { unmatched: [A], workspaceEntries: ['.git'] }, /matched nothing$/],
    [
      'an empty workspace',
      { unmatched: [A], workspaceEntries: [] },
      /: the workspace is empty, as it is where no step/,
    ],
    ['many patterns', { unmatched: MANY }, /4\/\*\.png matched nothing; and so did 2 more patterns$/],
  ])('is told with its reasons: %s', (_, found, text) => {
    const logger = recordingLogger();
    const missed = reportSearch([{ ...NOTHING, ...found }], 'warn', logger);
    expect(missed.map((one) => one.text)).toEqual(logger.texts('warning'));
    expect(logger.texts('warning')).toEqual([expect.stringMatching(text)]);
    expect(logger.texts('warning')[0]).toMatch(/^files names no file that can be sent: /);
  });

  it('is a fault of the input `files` with if-no-files-found: error', () => {
    const logger = recordingLogger();
    let thrown: unknown;
    try {
      reportSearch([{ ...NOTHING, unmatched: [A] }], 'error', logger);
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof AggregateInputError)) throw thrown;
    expect(thrown.errors).toMatchObject([{ code: 'FILES_NOT_FOUND', input: 'files' }]);
    expect(thrown.errors[0]?.hint).toContain('if-no-files-found');
    expect(logger.texts('warning')).toEqual([]);
  });

  it('in an empty workspace is a fault of its own, with its own advice', () => {
    const empty = { ...NOTHING, unmatched: MANY, workspaceEntries: [] };
    const logger = recordingLogger();
    const { errors } = inputErrorsThrownBy(() => reportSearch([empty], 'error', logger));
    expect(errors).toMatchObject([{ code: 'WORKSPACE_EMPTY', input: 'files' }]);
    expect(errors[0]?.hint).toContain('actions/checkout');
    expect(errors[0]?.message).not.toContain('*.png');
    expect(logger.texts('info')).toEqual(['0 files found']);
  });

  it('is a line of the log, and no warning, with if-no-files-found: ignore', () => {
    const logger = recordingLogger();
    expect(reportSearch([{ ...NOTHING, unmatched: [A] }], 'ignore', logger)).toEqual([]);
    expect(logger.texts('warning')).toEqual([]);
    expect(logger.texts('info').at(-1)).toContain('the pattern a/* matched nothing');
  });

  it('leaves every pattern in the log', () => {
    const logger = recordingLogger();
    reportSearch([{ ...NOTHING, unmatched: MANY }], 'warn', logger);
    const log = logger.records.map(({ text }) => text).join('\n');
    for (const { pattern } of MANY) expect(log).toContain(`the pattern ${pattern} matched nothing`);
  });
});

it.each([
  ['media/*.{png,jpg}', 'braces stand for themselves: write one pattern a line'],
  ['media/*.png, media/*.jpg', 'one pattern a line: what stands on one line is one pattern'],
  ['media/hero.png media/launch.mp4', 'one pattern a line: what stands on one line is one pattern'],
  ['/media/*.png', 'a leading / is the root of the machine: leave it out for the workspace'],
  [String.raw`media\*.png`, 'write / between folders'],
])('what is probably meant by %s is told', (pattern, advice) => {
  const logger = recordingLogger();
  reportSearch([{ ...NOTHING, ...ONE, unmatched: [{ pattern }] }], 'error', logger);
  expect(logger.texts('warning')).toEqual([`the pattern ${pattern} matched nothing (${advice})`]);
});

it.each(['my media/hero.png', 'media/a b.png', 'media/[ab].png', 'media/{x}.png'])(
  'a pattern that only fits no file is told without advice: %s',
  (pattern) => {
    const logger = recordingLogger();
    reportSearch([{ ...NOTHING, ...ONE, unmatched: [{ pattern }] }], 'error', logger);
    expect(logger.texts('warning')).toEqual([`the pattern ${pattern} matched nothing`]);
  },
);

describe('with a release', () => {
  const RELEASE: SearchResult = {
    ...NOTHING,
    input: 'release-assets',
    description: 'release v1 (1 asset: a.mp4)',
  };

  it('says what was found where, and under which input a pattern stands', () => {
    const logger = recordingLogger();
    reportSearch(
      [
        { ...NOTHING, unmatched: [{ pattern: '*.png' }] },
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

  it('is a fault of every input that found nothing, when none found anything', () => {
    const nothing = [
      { ...NOTHING, unmatched: [{ pattern: '*.png' }] },
      { ...RELEASE, unmatched: [{ pattern: '*.mov' }] },
    ];
    const { errors } = inputErrorsThrownBy(() => reportSearch(nothing, 'error', recordingLogger()));
    expect(errors).toMatchObject([
      { code: 'FILES_NOT_FOUND', input: 'files' },
      { code: 'RELEASE_UNMATCHED', input: 'release-assets' },
    ]);
    expect(errors[1]?.message).toMatch(/\*\.mov matched nothing; there is release v1 \(1 asset: a\.mp4\)$/);
  });
});

it('warnings name the file, or the input, that they are about', () => {
  const logger = recordingLogger();
  const files = [picture('a.png', { warnings: ['has no end marker of a JPEG', 'is odd'] }), picture('b.png')];
  logPlanWarnings(planOf(files, { ownerKind: 'sponsoredAccount' }), {
    logger,
    version: 'v2',
    clock: { epochMs: () => 0 },
  });
  expect(logger.records).toEqual([
    { level: 'warning', text: expect.stringMatching(/^recipe: auto .*ads-image/) },
    { level: 'warning', text: 'a.png has no end marker of a JPEG', file: 'a.png' },
    { level: 'warning', text: 'a.png is odd', file: 'a.png' },
  ]);
});
